//! The settings of transfers that an operation changes and sets back: the place of the payload, and the file type (001 §2.2.8,
//! 002 §2.1).

use crate::host::operation::Operation;

/// Knows whether the settings are those of a binary transfer over the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::host) enum TransferSettings {
    /// They are, as a login has set them.
    #[default]
    Known,
    /// They are, where the running operation ends well.
    Pending,
    /// An operation that changes them has broken off.
    Unknown,
}

impl TransferSettings {
    /// Takes note of an operation that begins. Returns `true` if it is a transfer that must set them first.
    pub(in crate::host) fn begin(&mut self, operation: &Operation<'_>) -> bool {
        let known = *self == TransferSettings::Known;
        let changes = matches!(
            operation,
            Operation::StoreFetch { .. }
                | Operation::StoreSend { .. }
                | Operation::PutAscii { .. }
                | Operation::GetAscii(_)
        );
        let transfers =
            changes || matches!(operation, Operation::Put { .. } | Operation::Get { .. });
        let sets = transfers || matches!(operation, Operation::Login(_));
        *self = match *self {
            _ if changes => TransferSettings::Pending,
            TransferSettings::Known => TransferSettings::Known,
            _ if sets => TransferSettings::Pending,
            // The operation before was aborted.
            _ => TransferSettings::Unknown,
        };
        !known && transfers
    }

    /// Takes note of the end of an operation.
    pub(in crate::host) fn end(&mut self, is_ok: bool) {
        if *self == TransferSettings::Pending {
            *self = if is_ok {
                TransferSettings::Known
            } else {
                TransferSettings::Unknown
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: Operation<'_> = Operation::Get {
        remote: b"a",
        offset: 0,
        length: None,
        expected: None,
    };
    const FETCH: Operation<'_> = Operation::StoreFetch {
        remote: b"a",
        name: b"a",
        length: None,
    };

    #[test]
    fn they_are_set_again_behind_an_operation_that_failed() {
        let mut settings = TransferSettings::default();
        for (operation, sets, is_ok) in [
            (GET, false, false),
            (GET, false, true),
            (FETCH, false, true),
            (GET, false, true),
            (FETCH, false, false),
            (Operation::Size(b"a"), false, true),
            (GET, true, false),
            (GET, true, true),
            (Operation::GetAscii(b"a"), false, false),
            (GET, true, true),
            (GET, false, true),
        ] {
            assert_eq!(settings.begin(&operation), sets, "{operation:?}");
            settings.end(is_ok);
        }
        // An operation that was aborted ends nothing.
        settings.begin(&FETCH);
        assert!(!settings.begin(&Operation::Size(b"a")));
        settings.end(true);
        assert!(settings.begin(&GET));
        settings.end(true);
        assert!(!settings.begin(&GET));
    }
}
