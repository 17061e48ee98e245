//! Plain words for a wrong value of the command line, where Rust's parsers speak of strings and types.

/// A parser's words, and what they mean.
const PLAIN: &[(&str, &str)] = &[
    ("invalid digit found in string", "give a whole number"),
    (
        "cannot parse integer from empty string",
        "give a whole number",
    ),
    (
        "number too large to fit in target type",
        "the number is too large",
    ),
    (
        "number too small to fit in target type",
        "the number is too small",
    ),
    ("invalid float literal", "give a number"),
    ("cannot parse float from empty string", "give a number"),
    (
        "invalid socket address syntax",
        "give an address and a port, such as 127.0.0.1:2121",
    ),
    (
        "invalid IP address syntax",
        "give an address, such as 192.0.2.1",
    ),
];

/// Returns a message of the parser in plain words.
pub(crate) fn plain_words(message: String) -> String {
    PLAIN.iter().fold(message, |message, (words, plain)| {
        message.replace(words, plain)
    })
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, SocketAddr};

    use super::*;

    #[test]
    fn each_parser_of_rust_is_known() {
        let errors = [
            "x".parse::<u32>().expect_err("no number").to_string(),
            "".parse::<u32>().expect_err("no number").to_string(),
            "256".parse::<u8>().expect_err("too large").to_string(),
            "-129".parse::<i8>().expect_err("too small").to_string(),
            "x".parse::<f64>().expect_err("no number").to_string(),
            "".parse::<f64>().expect_err("no number").to_string(),
            "x".parse::<SocketAddr>()
                .expect_err("no address")
                .to_string(),
            "x".parse::<IpAddr>().expect_err("no address").to_string(),
        ];
        for error in errors {
            let plain = plain_words(error.clone());
            assert!(PLAIN.iter().any(|row| row.1 == plain), "{error}");
        }
    }
}
