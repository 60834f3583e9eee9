"""`python -m mltk`: the command line where specifications run."""

import sys

from mltk.core.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
