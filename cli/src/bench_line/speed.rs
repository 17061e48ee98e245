//! The speed of the line, as a measurement changes it: in the module by AT+IPR, in the port by the option of its URL.

use qftp::connect::PortUrl;

use crate::app::App;
use crate::exit::Phase;
use crate::log::Log;
use crate::problem::Problem;
use crate::session;

/// The option of a port's URL.
const OPTION: &str = "baud";

/// Checks that a port has a speed of its own.
pub(super) fn check(port: &str) -> Result<(), Problem> {
    let kind = PortUrl::parse(port).map_or("", |url| url.kind());
    if matches!(kind, "serial" | "rfc2217" | "emulator") {
        return Ok(());
    }
    let what = format!("--bauds is for a serial device, not for {port}");
    Err(Problem::usage(what).hint("leave it out; the line behind a socket has its speed there"))
}

/// Returns the speed that the URL of a port names.
pub(super) fn of(port: &str) -> Option<u32> {
    let (_, query) = port.split_once('?')?;
    let mut options = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = options.find(|(name, _)| *name == OPTION)?;
    value.parse().ok()
}

/// Sets the speed of the module on its line; returns the URL of the port at that speed.
pub(super) fn change(app: &App, port: &str, baud: u32) -> Result<String, Problem> {
    let kind = PortUrl::parse(port).map_or("", |url| url.kind());
    // An emulator inside the program is new with each opening, and takes its speed from the URL.
    if kind != "emulator" {
        let mut client = session::open_module_on(app, port, &Log::default())?;
        client
            .command(format!("AT+IPR={baud}").as_bytes())
            .map_err(|error| Problem::client(&error, Phase::Line))?;
        client.close();
    }
    Ok(at_speed(port, baud))
}

fn at_speed(port: &str, baud: u32) -> String {
    let (place, query) = port.split_once('?').unwrap_or((port, ""));
    let own = format!("{OPTION}={baud}");
    let kept = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(OPTION));
    let options: Vec<&str> = kept.chain([own.as_str()]).collect();
    format!("{place}?{}", options.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_is_an_option_of_the_url() {
        assert_eq!(at_speed("/dev/ttyUSB2", 9600), "/dev/ttyUSB2?baud=9600");
        let url = "emulator://ec25?baud=9600&seed=1";
        assert_eq!(at_speed(url, 115_200), "emulator://ec25?seed=1&baud=115200");
        assert_eq!(
            (of(url), of("emulator://ec25"), of("x?baud=auto")),
            (Some(9600), None, None)
        );
        assert!(check("socket://h:1").is_err() && check("/dev/ttyUSB2").is_ok());
    }
}
