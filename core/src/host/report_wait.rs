//! The time within which a module reports the end of an FTP command.

use core::time::Duration;

use super::step::MARGIN;
use crate::dialect::{Dialect, SettingKind};

/// The time that a module without the setting waits for the server (001 §3, 003 §1.2).
const FIXED_S: u8 = 90;
/// The largest `rsptimeout` (002 §2.1): another program may have set it.
const LONGEST_S: u8 = 180;

/// Returns the wait for each part of an answer, by the `rsptimeout` that a login has set, if one has.
pub(super) fn report_wait(dialect: &Dialect, response_timeout_s: Option<u8>) -> Duration {
    let timeout = match dialect.setting(SettingKind::ResponseTimeout) {
        Some(_) => response_timeout_s.unwrap_or(LONGEST_S),
        None => FIXED_S,
    };
    Duration::from_secs(timeout.into()) + MARGIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ALL;

    #[test]
    fn the_setting_counts_where_the_dialect_has_it() {
        for dialect in ALL {
            let waits = [Some(20), Some(180), None].map(|set| report_wait(dialect, set).as_secs());
            let expected = match dialect.name {
                "gsm" | "nl668" => [100; 3],
                _ => [30, 190, 190],
            };
            assert_eq!(waits, expected, "{}", dialect.name);
        }
    }
}
