//! Certificates in the store of the module.

use std::time::Duration;

use crate::harness::Cut;
use qftp::host::{Host, Operation as O, TlsMode};

use super::{CA, LONGER_CA, OTHER_CA, able, dialect, lines, login, stored, trusting};

/// A file is written where there is none, where the size differs, where the content differs, and nowhere else; however
/// the line is cut.
#[test]
fn certificates_are_written_only_when_they_differ() {
    for name in ["ec20", "ec2x", "bg96"] {
        for cut in [Cut::Whole, Cut::Every(1), Cut::Every(7)] {
            let (mut pair, mode) = able(name);
            pair.cut = cut;
            let scenario = [
                (CA, true, false),
                (CA, false, false),
                (OTHER_CA, true, true), // of the same size
                (OTHER_CA, false, true),
                (LONGER_CA, true, true),
                (LONGER_CA, false, true),
            ];
            for (ca, written, _) in scenario {
                let sent = lines(&mut pair, &trusting(mode, ca)).join("\n");
                assert_eq!(sent.contains("QFUPL"), written, "{name}: {sent}");
                assert_eq!(sent.contains("QFDEL"), written, "{name}: {sent}");
                assert_eq!(stored(&mut pair, b"qftp5ca.pem"), ca, "{name}");
            }
        }
    }
}

/// GTSSLFILE takes 4 to 8192 bytes.
#[test]
fn a_certificate_of_the_longest_size_and_one_byte_more() {
    for (length, fits) in [(8192, true), (8193, false)] {
        let mut ca = CA.to_vec();
        ca.resize(length, b'\n');
        let tls = trusting(TlsMode::Implicit, &ca);
        let started =
            Host::new(dialect("nl668")).start(Duration::ZERO, O::Login(&login(tls.clone())));
        assert_eq!(started.is_ok(), fits, "{length}: {started:?}");
        let (mut pair, _) = able("ec2x");
        let _ = pair.run(O::Login(&login(tls)));
        assert_eq!(stored(&mut pair, b"qftp5ca.pem"), ca);
    }
    let (mut pair, mode) = able("nl668");
    let mut ca = CA.to_vec();
    ca.resize(8192, b'\n');
    pair.cut = Cut::Every(1);
    let sent = lines(&mut pair, &trusting(mode, &ca)).join("\n");
    assert!(sent.contains("8192") && sent.contains("FTPOPEN"), "{sent}");
}
