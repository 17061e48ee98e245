//! Every error: its message, its causes, its kind.

use super::*;
use crate::dialect::ParamError;
use crate::host::FinalError;
use crate::host::TlsConfigError;
use std::collections::BTreeSet;

fn module(code: u16, raw_code: i32) -> Error {
    Error::from(HostError::Module {
        command: "+X".into(),
        code: ModuleCode(code),
        reply: None,
        raw_code,
        peer_address: false,
    })
}

#[test]
fn the_number_that_was_printed_is_kept() {
    for (code, raw_code) in [(627, 627), (627, -550), (601, 0)] {
        let error = module(code, raw_code);
        assert_eq!(
            (error.module_code(), error.raw_code()),
            (Some(ModuleCode(code)), Some(raw_code))
        );
    }
    assert_eq!(Error::cancelled().raw_code(), None);
}

#[test]
fn a_module_that_gives_no_reason_can_be_made_to_show_the_server_s() {
    let hint = |code: ModuleCode, raw_code| module(code.0, raw_code).hint().unwrap_or_default();
    assert!(hint(ModuleCode::UNKNOWN, 0).contains("AT+FTPINFO=1"));
    // A call that failed has to do with the network, and no server was asked.
    assert_eq!(hint(ModuleCode::NETWORK, 0), hint(ModuleCode::NETWORK, 605));
    assert!(!hint(ModuleCode::UNKNOWN, 601).contains("FTPINFO"));
}

/// Returns one error of every variant.
fn every() -> Vec<Error> {
    let text = || "p".to_owned();
    let io = || io::Error::other("the cause");
    let host = [
        HostError::InvalidArgument {
            command: "AT",
            param_error: ParamError::Type("line"),
        },
        HostError::Unsupported {
            dialect: "gsm",
            operation: "nlst",
        },
        HostError::Busy,
        HostError::NoAnswer {
            command: text(),
            seconds: 1,
        },
        HostError::FinalError {
            command: text(),
            final_error: FinalError::Cme(10),
        },
        HostError::Module {
            command: text(),
            code: ModuleCode::FILE_UNAVAILABLE,
            reply: Some(FtpCode::FILE_UNAVAILABLE),
            raw_code: 627,
            peer_address: false,
        },
        HostError::Tls(TlsConfigError::NoAuthority),
        HostError::Handshake {
            command: text(),
            raw_code: 631,
            why: None,
            clock: None,
        },
        HostError::UnexpectedLine {
            command: text(),
            line: b"?".to_vec(),
        },
        HostError::ChecksumMismatch {
            command: text(),
            expected: 1,
            found: 2,
        },
        HostError::Incomplete {
            command: text(),
            bytes_confirmed: 1,
            expected: 2,
        },
        HostError::Restarted { command: text() },
        HostError::Cancelled { bytes_confirmed: 1 },
        HostError::Internal("x"),
    ];
    let port = |source| {
        [
            PortError::Url {
                url: text(),
                reason: text(),
            },
            PortError::Busy {
                port: text(),
                holder: None,
            },
            PortError::NotFound { reason: text() },
            PortError::Missing { port: text() },
            PortError::Permission { port: text() },
            PortError::Name {
                port: text(),
                source,
            },
            PortError::Io {
                port: text(),
                source: io(),
            },
        ]
    };
    let host = host.into_iter().map(Error::from);
    host.chain(port(io()).map(Error::from))
        .chain(own())
        .collect()
}

/// Returns one error of every variant that the client itself makes.
fn own() -> Vec<Error> {
    let text = || "p".to_owned();
    let io = || io::Error::other("the cause");
    vec![
        Error::Line(io()),
        Error::UnknownModule { model: text() },
        Error::OffsetBeyondEnd { offset: 2, size: 1 },
        Error::NotListed { path: text() },
        Error::SizeNotListed {
            path: text(),
            failure: Some(HostError::Busy),
        },
        Error::ListingTooLong { limit: 1 },
        Error::Incomplete {
            operation: "put",
            bytes_confirmed: 1,
            expected: 2,
        },
        Error::SizeUnknown { operation: "put" },
        Error::SizeDiffers {
            operation: "put",
            found: 1,
            expected: 2,
            bytes_confirmed: 0,
        },
        Error::DirectoryUnknown,
        Error::ContentDiffers {
            operation: "put",
            position: 1,
            bytes_confirmed: 1,
        },
        Error::Local { source: io() },
        Error::Local { source: io() }.in_transfer(1, 2),
        Error::Internal(text()),
    ]
}

#[test]
fn no_message_repeats_its_cause() {
    for error in every() {
        let mut causes = Vec::new();
        let mut cause = error.source();
        while let Some(inner) = cause {
            causes.push(inner.to_string());
            cause = inner.source();
        }
        let mut outer = error.to_string();
        for inner in causes {
            assert!(!outer.contains(&inner), "{outer}: {inner}");
            assert_eq!(error.describe().matches(&inner).count(), 1, "{error:?}");
            outer = inner;
        }
    }
}

#[test]
fn every_kind_that_no_code_gives_is_of_one_variant_at_least() {
    let mut given: BTreeSet<_> = every().iter().map(|error| error.kind().name()).collect();
    let of_codes = ErrorKind::ALL.iter().filter(|kind| kind.has_module_code());
    given.extend(of_codes.map(|kind| kind.name()));
    let all: BTreeSet<_> = ErrorKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(given, all);
}
