"""Settings for training on another machine."""

from mltk.core.model.mixins.base_mixin import BaseMixin
from mltk.core.model.model_attributes import setting


class SshMixin(BaseMixin):
    """What `mltk ssh` needs to know about a model; None leaves it to the user settings. Paths are relative to the
    specification."""

    ssh_remote_dir = setting("ssh.remote_dir", str, doc="Folder on the other machine.")
    ssh_create_venv = setting("ssh.create_venv", bool, doc="Whether a virtual environment is made there.")
    ssh_environment = setting(
        "ssh.environment", (dict, list, tuple), doc="Environment variables: a dictionary, `KEY=VALUE` or `KEY`."
    )
    ssh_startup_cmds = setting("ssh.startup_cmds", (list, tuple), doc="Shell commands to run before.")
    ssh_shutdown_cmds = setting("ssh.shutdown_cmds", (list, tuple), doc="Shell commands to run after.")
    ssh_upload_files = setting("ssh.upload_files", (list, tuple), doc="Files to send before.")
    ssh_download_files = setting("ssh.download_files", (list, tuple), doc="Files to fetch after: `remote|local`.")
