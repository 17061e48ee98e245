//! Advice on the reasons for which a handshake fails.

/// Words of a reason, those of OpenSSL (and so the emulator's) and of modules, and the advice.
const ADVICE: &[(&[&str], &str)] = &[
    (
        &["expired", "not yet valid", "dates"],
        "set the module's clock (AT+CCLK), or have the server's certificate renewed",
    ),
    (
        &["mismatch", "hostname", "host name"],
        "log in by the name that the server's certificate is made out to",
    ),
    (
        &[
            "issuer",
            "self-signed",
            "self signed",
            "unknown ca",
            "authority",
        ],
        "give the certificate of the authority that issued the server's certificate as CA",
    ),
    (
        &["certificate required", "bad certificate"],
        "the server wants a client certificate that it knows: give one with its key",
    ),
    (
        &[
            "protocol version",
            "unsupported protocol",
            "no shared cipher",
            "handshake failed",
            "wrong version",
        ],
        "let the server take the TLS versions and ciphers of the module; check port, and implicit against explicit",
    ),
];

/// Returns the advice on a reason.
pub(crate) fn advice(why: &str) -> Option<&'static str> {
    let why = why.to_ascii_lowercase();
    ADVICE
        .iter()
        .find(|(words, _)| words.iter().any(|word| why.contains(word)))
        .map(|(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_fits_the_reason() {
        for (why, advised) in [
            ("certificate has expired", "clock"),
            (
                "the certificate or its dates are not accepted (GTSSLERR -11)",
                "clock",
            ),
            ("IP address mismatch", "made out to"),
            ("unable to get local issuer certificate", "as CA"),
            ("tlsv13 alert certificate required", "client certificate"),
            ("wrong version number", "explicit"),
        ] {
            assert!(
                advice(why).is_some_and(|text| text.contains(advised)),
                "{why}"
            );
        }
        assert_eq!(advice("connect failed"), None);
    }
}
