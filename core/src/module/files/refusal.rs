//! The answers to commands that the store refuses: dialects differ in that to a missing file (COMMON 1.6, 1.7).

use crate::dialect::{CommandKind, Dialect};
use crate::module::response::CommandError;
use crate::module::store::FileError;

/// Returns the answer to a command that the store refuses.
pub(super) fn refusal(dialect: &Dialect, kind: CommandKind, error: FileError) -> CommandError {
    let missing = &dialect.missing_file;
    match (error, kind) {
        (FileError::NotFound, CommandKind::FileDelete) => CommandError::Cme(missing.to_delete),
        (FileError::NotFound, CommandKind::FileList) => CommandError::Cme(missing.to_list),
        (FileError::NotFound, _) => CommandError::Cme(missing.to_open),
        (error, _) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::dialect::gsm::GSM;

    #[test]
    fn a_missing_file_has_the_numbers_of_the_dialect() {
        let missing = |dialect, kind| refusal(dialect, kind, FileError::NotFound);
        for (kind, lte, gsm) in [
            (CommandKind::FileOpen, 405, 4010),
            (CommandKind::FileDownload, 405, 4010),
            (CommandKind::FileList, 405, 4013),
            (CommandKind::FileDelete, 418, 4013),
        ] {
            assert_eq!(missing(&EC2X, kind), CommandError::Cme(lte));
            assert_eq!(missing(&GSM, kind), CommandError::Cme(gsm));
        }
        let other = refusal(&GSM, CommandKind::FileDelete, FileError::AlreadyOpen);
        assert_eq!(other, CommandError::Cme(426));
    }
}
