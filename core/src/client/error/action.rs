//! The actions of commands, in words of their user: rows for the sentence of an error.

use crate::dialect::CommandKind;

/// The action of a command, in words of its user, what a module cannot do whose dialect lacks it, why the server refuses
/// it most often (reply 550), and what to try then.
pub(super) struct Action {
    pub(super) kinds: &'static [CommandKind],
    pub(super) name: &'static str,
    /// The operations, by name, that some dialect lacks.
    pub(super) operations: &'static [&'static str],
    pub(super) lacking: &'static str,
    pub(super) absent: &'static str,
    pub(super) hint: &'static str,
}

pub(super) const NO_FILE: &str = "no such file, or no permission";
const NO_DIRECTORY: &str = "no such directory, or no permission";
pub(super) const LIST: &str = "list its directory to see what is there";
const LIST_ABOVE: &str = "list the directory above to see what is there";

pub(super) const ACTIONS: &[Action] = &[
    Action {
        kinds: &[CommandKind::FtpPut, CommandKind::FtpPutPiece],
        name: "put",
        operations: &[],
        lacking: "put a file",
        absent: "no such directory on the server, or no permission",
        hint: "make the directory first",
    },
    Action {
        kinds: &[
            CommandKind::FtpGet,
            CommandKind::FtpFetch,
            CommandKind::FtpReceive,
        ],
        name: "get",
        operations: &[],
        lacking: "get a file",
        absent: NO_FILE,
        hint: LIST,
    },
    Action {
        kinds: &[
            CommandKind::FtpList,
            CommandKind::FtpNameList,
            CommandKind::FtpMachineList,
        ],
        name: "list",
        operations: &["list", "nlst", "mlsd"],
        lacking: "list a directory",
        absent: NO_DIRECTORY,
        hint: LIST_ABOVE,
    },
    Action {
        kinds: &[CommandKind::FtpDelete],
        name: "delete",
        operations: &["delete"],
        lacking: "delete a file",
        absent: NO_FILE,
        hint: LIST,
    },
    Action {
        kinds: &[CommandKind::FtpRename],
        name: "rename",
        operations: &["rename"],
        lacking: "rename a file",
        absent: "no such file or directory, or no permission",
        hint: LIST,
    },
    Action {
        kinds: &[CommandKind::FtpMakeDir],
        name: "make directory",
        operations: &["mkdir"],
        lacking: "make a directory",
        absent: "it exists already, or its parent directory does not, or no permission",
        hint: LIST_ABOVE,
    },
    Action {
        kinds: &[CommandKind::FtpRemoveDir],
        name: "remove directory",
        operations: &["rmdir"],
        lacking: "remove a directory",
        absent: "no such directory, or it is not empty, or no permission",
        hint: LIST_ABOVE,
    },
    Action {
        kinds: &[CommandKind::FtpSize, CommandKind::FtpLength],
        name: "tell the size of",
        operations: &["size"],
        lacking: "tell the size of a file",
        absent: NO_FILE,
        hint: LIST,
    },
    Action {
        kinds: &[CommandKind::FtpModified],
        name: "tell the time of",
        operations: &["mdtm"],
        lacking: "tell the time of a file",
        absent: NO_FILE,
        hint: LIST,
    },
    Action {
        kinds: &[CommandKind::FtpChangeDir, CommandKind::FtpParentDir],
        name: "change to",
        operations: &["cwd"],
        lacking: "change the directory",
        absent: NO_DIRECTORY,
        hint: LIST_ABOVE,
    },
    Action {
        kinds: &[CommandKind::FtpWorkingDir],
        name: "tell the current directory",
        operations: &["pwd"],
        lacking: "tell the current directory",
        absent: NO_DIRECTORY,
        hint: "change to an absolute path, such as /",
    },
    Action {
        kinds: &[
            CommandKind::FtpOpen,
            CommandKind::FtpUser,
            CommandKind::FtpPassword,
        ],
        name: "log in",
        operations: &["login"],
        lacking: "log in",
        absent: "no permission",
        hint: "check user name and password",
    },
];
