//! The place of the next payload, where it is a setting of the module (001 §2.2.8).

use crate::host::operation::Operation;

/// Knows whether the payload of the next transfer goes over the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::host) enum LinePlace {
    /// It does, as a login has set it.
    #[default]
    Known,
    /// It does, where the running operation ends well.
    Pending,
    /// A transfer with the store has broken off.
    Unknown,
}

impl LinePlace {
    /// Takes note of an operation that begins. Returns `true` if it is a transfer over the line that needs no command for
    /// its place.
    pub(in crate::host) fn begin(&mut self, operation: &Operation<'_>) -> bool {
        let known = *self == LinePlace::Known;
        let over_line = matches!(operation, Operation::Put { .. } | Operation::Get { .. });
        let with_store = matches!(
            operation,
            Operation::StoreFetch { .. } | Operation::StoreSend { .. }
        );
        let sets_place = over_line || matches!(operation, Operation::Login(_));
        *self = match *self {
            _ if with_store => LinePlace::Pending,
            LinePlace::Known => LinePlace::Known,
            _ if sets_place => LinePlace::Pending,
            // The operation before was aborted.
            _ => LinePlace::Unknown,
        };
        known && over_line
    }

    /// Takes note of the end of an operation.
    pub(in crate::host) fn end(&mut self, is_ok: bool) {
        if *self == LinePlace::Pending {
            *self = if is_ok {
                LinePlace::Known
            } else {
                LinePlace::Unknown
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
    fn it_is_set_again_behind_a_store_transfer_that_failed() {
        let mut place = LinePlace::default();
        for (operation, known, is_ok) in [
            (GET, true, false),
            (GET, true, true),
            (FETCH, false, true),
            (GET, true, true),
            (FETCH, false, false),
            (Operation::Size(b"a"), false, true),
            (GET, false, false),
            (GET, false, true),
            (GET, true, true),
        ] {
            assert_eq!(place.begin(&operation), known, "{operation:?}");
            place.end(is_ok);
        }
        // An operation that was aborted ends nothing.
        place.begin(&FETCH);
        assert!(!place.begin(&Operation::Size(b"a")));
        place.end(true);
        assert!(!place.begin(&GET));
        place.end(true);
        assert!(place.begin(&GET));
    }
}
