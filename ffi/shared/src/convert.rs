//! Texts in the arrays of structs.

use core::ffi::c_char;

/// Converts a text to an array of a struct, cut between characters so that its NUL fits.
pub fn fixed<const N: usize>(text: &str) -> [c_char; N] {
    let mut end = text.len().min(N.saturating_sub(1));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut array = [0; N];
    for (place, byte) in array.iter_mut().zip(&text.as_bytes()[..end]) {
        *place = c_char::from_ne_bytes([*byte]);
    }
    array
}

#[cfg(test)]
mod tests {
    use core::ffi::CStr;

    use super::*;

    #[test]
    fn a_fixed_text_is_cut_between_characters() {
        let text = |array: &[c_char]| {
            let bytes: Vec<u8> = array.iter().map(|byte| byte.to_ne_bytes()[0]).collect();
            CStr::from_bytes_until_nul(&bytes).map(|text| text.to_str().map(str::to_owned))
        };
        assert_eq!(text(&fixed::<4>("abc")), Ok(Ok("abc".into())));
        assert_eq!(text(&fixed::<4>("abcd")), Ok(Ok("abc".into())));
        assert_eq!(text(&fixed::<4>("abä")), Ok(Ok("ab".into())));
    }
}
