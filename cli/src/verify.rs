//! The cost of `--verify`, told before it is paid.

use std::time::Duration;

use indicatif::HumanBytes;
use qftp::connect::PortUrl;

use crate::app::App;
use crate::console;
use crate::session;

/// Bits of a byte on a serial line, with start and stop.
const BITS: u64 = 10;

/// Prints what reading back costs. `bytes` is the size of the file, if known.
pub(crate) fn tell_cost(app: &App, bytes: Option<u64>) {
    if app.global.quiet || app.global.json {
        return;
    }
    let port = session::port_url(app).unwrap_or_default();
    let baud = match PortUrl::parse(&port) {
        Ok(PortUrl::Serial { settings, .. }) => settings.baud,
        _ => None,
    };
    console::note(cost(bytes, baud));
}

/// Formats `verify reads 2.86 MiB back over the line: about 4 min 20 s at 115200 baud`.
fn cost(bytes: Option<u64>, baud: Option<u32>) -> String {
    let Some(bytes) = bytes else {
        return "verify reads all of it back over the line".into();
    };
    let amount = format!("verify reads {} back over the line", HumanBytes(bytes));
    match baud.filter(|baud| *baud > 0) {
        Some(baud) => {
            let seconds = bytes.saturating_mul(BITS).div_ceil(baud.into());
            let time = duration(Duration::from_secs(seconds));
            format!("{amount}: about {time} at {baud} baud")
        }
        None => amount,
    }
}

fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_told_where_the_speed_is_known() {
        let text = |bytes| cost(bytes, Some(115_200));
        assert_eq!(
            text(Some(3_000_000)),
            "verify reads 2.86 MiB back over the line: about 4 min 21 s at 115200 baud"
        );
        assert!(text(Some(1)).ends_with("about 1 s at 115200 baud"));
        assert!(text(Some(691_199)).ends_with("about 1 min 0 s at 115200 baud"));
        assert!(text(Some(41_472_000)).ends_with("about 1 h 0 min at 115200 baud"));
        assert_eq!(
            cost(Some(2048), None),
            "verify reads 2.00 KiB back over the line"
        );
        assert_eq!(
            cost(None, None),
            "verify reads all of it back over the line"
        );
    }
}
