//! Keys and passwords that no log shows and no file keeps.

use std::time::Duration;

use crate::harness::Cut;
use crate::pair::Gate;
use qftp::dialect::Family;
use qftp::host::{HostError, Operation as O};

use super::{ABLE, CA, CERTIFICATE, KEY, able, login, stored, with_key};

/// What a log shows, what the host shows of itself, what a failure says.
#[test]
fn neither_key_nor_password_is_shown_anywhere() {
    for name in ABLE {
        for cut in [Cut::Whole, Cut::Every(1)] {
            let (mut pair, mode) = able(name);
            pair.cut = cut;
            pair.host.log_payload(true);
            pair.shows_host = true;
            for _ in 0..2 {
                let result = pair.run(O::Login(&login(with_key(mode))));
                let shown = format!("{}{result:?}", pair.shown);
                assert!(
                    !shown.contains("SECRET") && !shown.contains("secret"),
                    "{shown}"
                );
                assert!(pair.payload >= CA.len() + CERTIFICATE.len() + KEY.len());
                pair.payload = 0;
                assert!(pair.download.is_empty() && pair.urcs.is_empty(), "{name}");
            }
        }
    }
}

/// Cancelled at any byte that comes or goes, the rest of it late: the next login gives the module the right files, and
/// nothing shows the key.
#[test]
fn a_login_that_is_cancelled_shows_no_key_and_leaves_no_half_file() {
    for name in ABLE {
        for has_files in [false, true] {
            let prepared = || {
                let (mut pair, mode) = able(name);
                let secured = login(with_key(mode));
                pair.host.log_payload(true);
                if has_files {
                    let _ = pair.run(O::Login(&secured));
                }
                (pair, secured)
            };
            let (mut whole, secured) = prepared();
            let _ = whole.run(O::Login(&secured));
            for (place, late) in (0..whole.heard.max(whole.told))
                .step_by(7)
                .zip([0, 500, 4000].iter().cycle())
            {
                for up in [false, true] {
                    let context = format!("{name} {has_files} {place} {late} {up}");
                    let (mut pair, secured) = prepared();
                    let far = pair.harness.now + Duration::from_secs(1000);
                    let way = if up { &mut pair.up } else { &mut pair.down };
                    way.gate = Some(Gate {
                        passes: place,
                        opens: far,
                    });
                    pair.start(O::Login(&secured));
                    pair.settle();
                    pair.cancel();
                    let opens = pair.harness.now + Duration::from_millis(*late);
                    let way = if up { &mut pair.up } else { &mut pair.down };
                    way.gate = Some(Gate { passes: 0, opens });
                    let again = pair.run(O::Login(&secured));
                    let failed = matches!(again, Ok(_) | Err(HostError::Handshake { .. }));
                    assert!(failed, "{context}: {again:?}");
                    let shown = std::mem::take(&mut pair.shown);
                    assert!(!shown.contains("SECRET"), "{context}: {shown}");
                    let told = pair.urcs.concat();
                    assert!(!told.windows(6).any(|six| six == b"SECRET"), "{context}");
                    if pair.host.dialect().family == Family::Lte {
                        assert_eq!(stored(&mut pair, b"qftp5key.pem"), KEY, "{context}");
                    }
                }
            }
        }
    }
}
