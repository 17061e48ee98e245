//! Values that a module keeps, and their form when they are read back.

use alloc::format;
use alloc::vec::Vec;

use crate::at::push_integer;
use crate::dialect::{Initial, Kind, Value, mask_digits};
use crate::wiped::WipedBytes;

/// Holds one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StoredValue {
    Integer(u64),
    Text(WipedBytes),
}

impl StoredValue {
    /// Writes the value as it is read back; `redacted` replaces each byte of a text.
    pub(super) fn push(&self, line: &mut Vec<u8>, kind: Kind, redacted: Option<u8>) {
        match (self, kind) {
            (StoredValue::Text(digits), Kind::Digits(_)) => line.extend_from_slice(digits),
            (StoredValue::Text(mask), Kind::Mask(_)) => {
                line.extend_from_slice(b"0x");
                line.extend_from_slice(&mask_digits(mask).to_ascii_lowercase());
            }
            (StoredValue::Text(text), _) => {
                line.push(b'"');
                line.extend(text.iter().map(|byte| redacted.unwrap_or(*byte)));
                line.push(b'"');
            }
            (StoredValue::Integer(value), Kind::Hex) => {
                line.extend_from_slice(format!("0X{value:04X}").as_bytes());
            }
            (StoredValue::Integer(value), _) => push_integer(line, *value),
        }
    }
}

/// Returns the values at the start.
pub(super) fn initial(values: &[Initial]) -> Vec<StoredValue> {
    let stored = values.iter().map(|value| match value {
        Initial::Integer(value) => StoredValue::Integer(*value),
        Initial::Text(text) => StoredValue::Text(WipedBytes::from(*text)),
    });
    stored.collect()
}

/// Sets values; those left out stay as they are.
pub(super) fn set(values: &mut [StoredValue], new: &[Value<'_>]) {
    for (value, new) in values.iter_mut().zip(new) {
        match new {
            Value::Omitted => {}
            Value::Integer(number) => *value = StoredValue::Integer(*number),
            Value::Text(text) => *value = StoredValue::Text(WipedBytes::from(*text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_back_as_its_kind_says() {
        let text = |text: &[u8]| StoredValue::Text(text.into());
        let cases: [(StoredValue, Kind, &[u8]); 6] = [
            (StoredValue::Integer(7), Kind::Integer(0, 9), b"7"),
            (StoredValue::Integer(0x2F), Kind::Hex, b"0X002F"),
            (text(b"a b"), Kind::Text(9), b"\"a b\""),
            (text(b"on"), Kind::Word(&["on", "off"]), b"\"on\""),
            (text(b"0X80D"), Kind::Mask(8), b"0x80d"),
            (text(b"020103"), Kind::Digits(8), b"020103"),
        ];
        for (value, kind, expected) in cases {
            let mut line = Vec::new();
            value.push(&mut line, kind, None);
            assert_eq!(line, expected, "{kind:?}");
        }
    }

    #[test]
    fn a_value_left_out_stays_as_it_is() {
        let mut values = initial(&[Initial::Integer(1), Initial::Text(b"a")]);
        set(&mut values, &[Value::Omitted, Value::Text(b"b")]);
        let expected = [StoredValue::Integer(1), StoredValue::Text(b"b"[..].into())];
        assert_eq!(values, expected);
    }
}
