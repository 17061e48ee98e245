//! The start of the next transfer, where it is a setting of the module (001 §2.2.8).

use crate::host::operation::Operation;

/// Knows whether the module starts the next transfer at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::host) enum StartsAtZero {
    /// It does not know: another operation may have set it, or one that failed.
    #[default]
    Unknown,
    /// It will, where the running operation ends well.
    Pending,
    Known,
}

impl StartsAtZero {
    /// Takes note of an operation that begins. Returns `true` if it is a transfer that starts at 0 by itself.
    pub(in crate::host) fn begin(&mut self, operation: &Operation<'_>) -> bool {
        let known = *self == StartsAtZero::Known;
        let starts_at_zero = matches!(
            operation,
            Operation::Put { offset: 0, .. }
                | Operation::Get { offset: 0, .. }
                | Operation::PutAscii { .. }
                | Operation::GetAscii(_)
        );
        *self = match operation {
            _ if starts_at_zero => StartsAtZero::Pending,
            Operation::Login(_) => StartsAtZero::Pending,
            // It is 0 again behind such a transfer; firmware may forget that.
            Operation::Put { .. } | Operation::Get { .. } | Operation::Raw(_) => {
                StartsAtZero::Unknown
            }
            _ => *self,
        };
        known && starts_at_zero
    }

    /// Takes note of the end of an operation.
    pub(in crate::host) fn end(&mut self, is_ok: bool) {
        if *self == StartsAtZero::Pending {
            *self = if is_ok {
                StartsAtZero::Known
            } else {
                StartsAtZero::Unknown
            };
        }
    }

    /// Takes note that the module has restarted.
    pub(in crate::host) fn forget(&mut self) {
        *self = StartsAtZero::Unknown;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(offset: u64) -> Operation<'static> {
        Operation::Put {
            remote: b"a",
            offset,
            length: 1,
            last: true,
        }
    }

    #[test]
    fn it_is_known_behind_a_transfer_from_0_that_ended_well() {
        let mut start = StartsAtZero::default();
        for (operation, known, is_ok) in [
            (put(0), false, true),
            (put(0), true, true),
            (Operation::Size(b"a"), false, false),
            (put(0), true, false),
            (put(0), false, true),
            (put(5), false, true),
            (put(0), false, true),
            (Operation::Raw(b"AT+QFTPCFG=3,5"), false, true),
            (put(0), false, true),
        ] {
            assert_eq!(start.begin(&operation), known, "{operation:?}");
            start.end(is_ok);
        }
        // An operation that was aborted ends nothing.
        start.begin(&put(0));
        assert!(!start.begin(&put(0)));
        start.end(true);
        start.forget();
        assert!(!start.begin(&put(0)));
    }
}
