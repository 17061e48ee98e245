//! The purposes of commands, by which the engines find them in a table.

/// Declares the kinds by the part of the module that executes them, so that each stands in one place.
macro_rules! command_kinds {
    (ftp { $($ftp:ident,)* } file { $($file:ident,)* } other { $($other:ident,)* }) => {
        /// The purpose of a command; the engines act on this, never on a name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)] // each is the command of its table entry
        #[non_exhaustive]
        pub enum CommandKind {
            $($ftp,)*
            $($file,)*
            $($other,)*
        }

        impl CommandKind {
            /// Returns true for the FTP commands.
            pub fn is_ftp(self) -> bool {
                matches!(self, $(Self::$ftp)|*)
            }

            /// Returns true for the commands of the module's file store.
            pub fn is_file(self) -> bool {
                matches!(self, $(Self::$file)|*)
            }
        }
    };
}

command_kinds! {
    ftp {
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
    }
    file {
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
        FileFlush,
    }
    other {
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
        PowerDown,
        CardId,
        QuotedCardId,
        SubscriberId,
        Clock,
        NetworkTime,
        TimeServer,
        NameLookup,
        Ping,
        PacketContext,
        PacketActivate,
        PacketAddress,
        LocalAddress,
        Build,
        Remembered,
    }
}

impl CommandKind {
    /// Returns true for the FTP commands that move a payload between the server and the line or a file of the module.
    pub(crate) fn moves_payload(self) -> bool {
        matches!(
            self,
            Self::FtpPut
                | Self::FtpPutPiece
                | Self::FtpGet
                | Self::FtpFetch
                | Self::FtpList
                | Self::FtpNameList
                | Self::FtpMachineList
        )
    }
}
