//! Arguments that cannot stand on the line: the host refuses them and sends nothing.

use std::time::Duration;

use qftp::dialect;
use qftp::dialect::ParamError;
use qftp::host::{Host, HostError, Listing, Login, Operation};
use qftp::internal::at::UnencodableByte;

#[test]
fn names_that_cannot_stand_on_the_line_are_refused_before_a_byte_is_sent() {
    let long = vec![b'x'; 256];
    let fits = vec![b'x'; 255];
    for bad in [
        &b"a\rb"[..],
        b"a\nb",
        b"a\"b",
        b"a\0b",
        b"a\x1ab",
        b"",
        &long,
    ] {
        let login = |host: &[u8], user: &[u8], password: &[u8]| Login::new(host, user, password);
        let logins = [
            login(bad, b"u", b"p"),
            login(b"h", bad, b"p"),
            login(b"h", b"u", bad),
        ];
        let mut apn = login(b"h", b"u", b"p");
        apn.apn = Some(bad.to_vec());
        let mut operations = vec![
            Operation::Size(bad),
            Operation::Modified(bad),
            Operation::Delete(bad),
            Operation::MakeDir(bad),
            Operation::RemoveDir(bad),
            Operation::ChangeDir(bad),
            Operation::Rename {
                from: bad,
                to: b"b",
            },
            Operation::Rename {
                from: b"a",
                to: bad,
            },
            Operation::Put {
                remote: bad,
                offset: 0,
                length: 1,
                last: true,
            },
            Operation::Get {
                remote: bad,
                offset: 0,
                length: None,
                expected: None,
            },
            Operation::StoreList(bad),
            Operation::StoreDelete(bad),
            Operation::StoreDownload(bad),
            Operation::StoreUpload {
                name: bad,
                length: 1,
            },
        ];
        // An empty directory is the current one; empty user, password and access point are fine.
        let listings = [Listing::List, Listing::Names, Listing::Machine];
        let list = |listing: &Listing| Operation::List(*listing, bad);
        operations.extend(listings.iter().filter(|_| !bad.is_empty()).map(list));
        operations.extend(
            logins
                .iter()
                .filter(|_| !bad.is_empty())
                .map(Operation::Login),
        );
        operations.extend((!bad.is_empty()).then_some(Operation::Login(&apn)));
        for operation in operations {
            let mut host = Host::new(dialect::by_name("bg96").expect("bg96"));
            let refused = host.start(Duration::ZERO, operation);
            assert!(
                matches!(refused, Err(HostError::InvalidArgument { .. })),
                "{operation:?}: {refused:?}"
            );
            assert_eq!(host.poll_transmit(), None);
            assert!(host.is_idle());
        }
    }
    let mut host = Host::new(dialect::by_name("bg96").expect("bg96"));
    assert_eq!(host.start(Duration::ZERO, Operation::Size(&fits)), Ok(()));
    assert_eq!(
        host.start(Duration::ZERO, Operation::Size(b"a")),
        Err(HostError::Busy)
    );
}

#[test]
fn raw_commands_that_would_enter_data_mode_or_hide_a_second_line_are_refused() {
    let data_mode = HostError::Unsupported {
        dialect: "ec2x",
        operation: "data mode in a raw command",
    };
    let bad_line = |param_error| HostError::InvalidArgument {
        command: "AT",
        param_error,
    };
    let cr = ParamError::UnencodableByte {
        name: "line",
        reason: UnencodableByte {
            byte: b'\r',
            position: 6,
        },
    };
    let lines: [(&[u8], HostError); 5] = [
        (b"AT+QFTPGET=\"a\",\"COM:\"", data_mode.clone()),
        (b"AT+CSQ\rAT+CSQ", bad_line(cr)),
        (b"AT+QFUPL=\"a\",5", data_mode.clone()),
        (b"hello", bad_line(ParamError::Type("line"))),
        (b"AT+CSQ;+QFTPLIST=\".\"", data_mode),
    ];
    for (raw, expected) in lines {
        let mut host = Host::new(dialect::by_name("ec2x").expect("ec2x"));
        let refused = host.start(Duration::ZERO, Operation::Raw(raw));
        assert_eq!(refused, Err(expected), "{}", raw.escape_ascii());
        assert_eq!(host.poll_transmit(), None);
    }
}
