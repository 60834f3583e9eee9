"""What scripts and custom commands print, log and exit with."""

from mltk.cli.utils import (
    abort,
    get_logger,
    handle_exception,
    is_command_active,
    parse_accelerator_option,
    print_did_you_mean_error,
    print_error,
    print_info,
    print_warning,
)
