//! The forms of a transfer in the samples.

/// A form of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A new remote file.
    Put,
    /// Bytes at the end of a remote file.
    Append,
    /// The rest of a remote file, from a byte that the user names.
    Resume,
    /// The rest of a remote file, from where an earlier upload ended.
    PutContinue,
    /// A new local file.
    Get,
    /// The rest of a local file.
    GetContinue,
}

impl Form {
    /// Lists all of them.
    pub const ALL: &[Form] = &[
        Form::Put,
        Form::Append,
        Form::Resume,
        Form::PutContinue,
        Form::Get,
        Form::GetContinue,
    ];

    /// Returns true for those that move a file to the server.
    pub fn is_upload(self) -> bool {
        !matches!(self, Form::Get | Form::GetContinue)
    }

    /// Returns the word that a test program is given for it.
    pub fn word(self) -> &'static str {
        match self {
            Form::Put => "put",
            Form::Append => "append",
            Form::Resume => "resume",
            Form::PutContinue => "put-continue",
            Form::Get => "get",
            Form::GetContinue => "get-continue",
        }
    }

    /// Returns the commands that the module sends to the server for it.
    pub(super) fn ftp_commands(self) -> &'static [&'static str] {
        match self {
            Form::Put | Form::PutContinue => &["STOR", "SIZE", "PASV"],
            Form::Append => &["APPE", "STOR", "SIZE", "PASV"],
            Form::Resume => &["STOR", "REST", "SIZE", "PASV"],
            Form::Get | Form::GetContinue => &["RETR", "REST", "SIZE", "PASV"],
        }
    }
}
