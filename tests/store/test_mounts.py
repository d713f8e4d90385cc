"""A disk on the network is told from one of this machine."""

import pytest

from quiz.store import mounts

MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/lan/local ext4 rw 0 0
//server/share /mnt/two\040words cifs rw 0 0
lan@server: /mnt/ssh fuse.sshfs rw 0 0
C:\134 /mnt/c 9p rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "filesystem"),
    [
        ("/var/lib/quiz", None),
        ("/home", "nfs4"),
        ("/home/lan/data", "nfs4"),
        ("/home/lan/local/data", None),
        ("/homes", None),
        ("/mnt/two words/data", "cifs"),
        ("/mnt/ssh", "fuse.sshfs"),
        ("/mnt/c/Users", "9p"),
    ],
)
def test_the_nearest_mount_says_what_a_folder_lies_on(tmp_path, path, filesystem):
    table = tmp_path / "mounts"
    table.write_text(MOUNTS.lstrip())
    assert mounts.network(tmp_path.joinpath(path), table) == filesystem


def test_where_nothing_is_said_about_mounts_nothing_is_known(tmp_path):
    assert mounts.network(tmp_path, tmp_path / "missing") is None


@pytest.mark.parametrize(
    ("path", "tool"),
    [
        ("Users/lan/OneDrive - Hội Phụ nữ/quiz", "OneDrive"),
        ("home/lan/Dropbox/quiz", "Dropbox"),
        ("Users/lan/Library/CloudStorage/GoogleDrive-lan@example.org/My Drive", "Google Drive"),
        ("Users/lan/Library/Mobile Documents/com~apple~CloudDocs/quiz", "iCloud"),
        ("home/lan/Nextcloud", "Nextcloud"),
        ("home/lan/drive", None),
    ],
)
def test_a_folder_that_a_tool_synchronises_is_told(tmp_path, path, tool):
    assert mounts.synchronised(tmp_path / path) == tool


def test_syncthing_is_told_by_its_mark(tmp_path):
    (tmp_path / "shared" / ".stfolder").mkdir(parents=True)
    assert mounts.synchronised(tmp_path / "shared" / "quiz") == "Syncthing"


def test_this_folder_is_looked_up(tmp_path):
    assert mounts.network(tmp_path) is None
