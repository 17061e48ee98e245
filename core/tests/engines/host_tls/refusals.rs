//! Logins that the host refuses.

use std::time::Duration;

use qftp::host::{Host, HostError, Login, Operation as O, Tls, TlsConfigError, TlsMode};

use super::{ABLE, CA, dialect, login, trusting, unverified};

/// The dialects that lack it, and what cannot be meant: nothing is sent, and no warning told.
#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    use TlsMode::{Explicit, Implicit};
    let refused = |name: &str, login: &Login| {
        let mut host = Host::new(dialect(name));
        let failure = host.start(Duration::ZERO, O::Login(login)).expect_err(name);
        assert!(host.poll_transmit().is_none() && host.poll_event().is_none());
        failure
    };
    for (name, mode, operation) in [
        ("gsm", Implicit, "implicit TLS"),
        ("gsm", Explicit, "explicit TLS"),
        ("ec20", Explicit, "explicit TLS"),
        ("nl668", Explicit, "explicit TLS"),
    ] {
        // Even where something else is wrong.
        for tls in [unverified(mode), Tls::new(mode)] {
            let unsupported = HostError::Unsupported {
                dialect: name,
                operation,
            };
            assert_eq!(refused(name, &login(tls)), unsupported);
        }
    }
    for name in ABLE {
        let no_authority = HostError::Tls(TlsConfigError::NoAuthority);
        assert_eq!(refused(name, &login(Tls::new(Implicit))), no_authority);
    }
    let mut active = login(trusting(Implicit, CA));
    active.passive = false;
    assert_eq!(
        refused("ec2x", &active),
        HostError::Tls(TlsConfigError::Active)
    );
    let mut dateless = trusting(Implicit, CA);
    dateless.check_dates = false;
    assert!(matches!(
        refused("nl668", &login(dateless)),
        HostError::Unsupported { .. }
    ));
    for (context, fits) in [(5, true), (6, false)] {
        let mut tls = trusting(Implicit, CA);
        tls.context = context;
        let started = Host::new(dialect("ec2x")).start(Duration::ZERO, O::Login(&login(tls)));
        assert_eq!(started.is_ok(), fits, "{context}: {started:?}");
    }
}
