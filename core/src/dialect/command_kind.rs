//! The purposes of commands, by which the engines find them in a table.

/// The purpose of a command; the engines act on this, never on a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // each is the command of its table entry
#[non_exhaustive]
pub enum CommandKind {
    FtpConfigure,
    FtpOpen,
    FtpChangeDir,
    FtpWorkingDir,
    FtpPut,
    FtpGet,
    FtpSize,
    FtpDelete,
    FtpMakeDir,
    FtpRemoveDir,
    FtpList,
    FtpNameList,
    FtpMachineList,
    FtpModified,
    FtpRename,
    FtpLength,
    FtpState,
    FtpUser,
    FtpPassword,
    FtpParentDir,
    FtpMode,
    FtpTranscript,
    FtpRestart,
    FtpServerStatus,
    FtpSystem,
    FtpNoop,
    FtpPutPiece,
    FtpFetch,
    FtpReceive,
    FtpClose,
    FileSpace,
    FileList,
    FileDelete,
    FileUpload,
    FileDownload,
    FileOpen,
    FileRead,
    FileWrite,
    FileSeek,
    FilePosition,
    FileTruncate,
    FileClose,
    ContextConfigure,
    ContextActivate,
    ContextDeactivate,
    ContextForeground,
    ContextRegister,
    ContextStatus,
    Call,
    SocketError,
    SslConfigure,
    SslVersion,
    SslMode,
    SslFile,
    SslError,
    VendorSetting,
    ErrorFormat,
    Manufacturer,
    Model,
    Revision,
    Serial,
    SimState,
    Attach,
    Registration,
    Operator,
    Signal,
    Rate,
    FlowControl,
    Functionality,
    CardId,
    SubscriberId,
    Clock,
}

impl CommandKind {
    /// Returns true for the FTP commands.
    pub fn is_ftp(self) -> bool {
        matches!(
            self,
            Self::FtpConfigure
                | Self::FtpOpen
                | Self::FtpChangeDir
                | Self::FtpWorkingDir
                | Self::FtpPut
                | Self::FtpGet
                | Self::FtpSize
                | Self::FtpDelete
                | Self::FtpMakeDir
                | Self::FtpRemoveDir
                | Self::FtpList
                | Self::FtpNameList
                | Self::FtpMachineList
                | Self::FtpModified
                | Self::FtpRename
                | Self::FtpLength
                | Self::FtpState
                | Self::FtpUser
                | Self::FtpPassword
                | Self::FtpParentDir
                | Self::FtpMode
                | Self::FtpTranscript
                | Self::FtpRestart
                | Self::FtpServerStatus
                | Self::FtpSystem
                | Self::FtpNoop
                | Self::FtpPutPiece
                | Self::FtpFetch
                | Self::FtpReceive
                | Self::FtpClose
        )
    }

    /// Returns true for the commands of the module's file store.
    pub fn is_file(self) -> bool {
        matches!(
            self,
            Self::FileSpace
                | Self::FileList
                | Self::FileDelete
                | Self::FileUpload
                | Self::FileDownload
                | Self::FileOpen
                | Self::FileRead
                | Self::FileWrite
                | Self::FileSeek
                | Self::FilePosition
                | Self::FileTruncate
                | Self::FileClose
        )
    }
}
