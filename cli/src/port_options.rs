//! The options of the line: speed, format, flow control, DTR and RTS. They are those of a port's URL.

use clap::Args;
use clap::builder::PossibleValuesParser;
use qftp::connect::PortUrl;

use crate::completions;
use crate::headings::PORT;
use crate::problem::Problem;

/// The port where the user names none: the only module.
const AUTO: &str = "auto";

/// Holds the options of the line.
#[derive(Args)]
pub(crate) struct PortOptions {
    /// Bits per second, or auto for the speed at which the module answers
    #[arg(short, long, value_name = "RATE", help_heading = PORT, visible_alias = "speed")]
    #[arg(add = completions::speeds())]
    baud: Option<String>,
    /// Flow control; by default rtscts where the module raises CTS
    #[arg(long, value_name = "KIND", help_heading = PORT)]
    #[arg(value_parser = PossibleValuesParser::new(["rtscts", "xonxoff", "none"]))]
    flow: Option<String>,
    /// Parity: none, even or odd
    #[arg(long, value_name = "PARITY", help_heading = PORT, hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(["none", "even", "odd"]))]
    parity: Option<String>,
    /// Stop bits, 1 or 2
    #[arg(long, value_name = "N", help_heading = PORT)]
    stop_bits: Option<String>,
    /// Raise or drop DTR at the opening
    #[arg(long, value_name = "LEVEL", help_heading = PORT)]
    #[arg(value_parser = PossibleValuesParser::new(["on", "off"]))]
    dtr: Option<String>,
    /// Raise or drop RTS at the opening, where it is not flow control
    #[arg(long, value_name = "LEVEL", help_heading = PORT)]
    #[arg(value_parser = PossibleValuesParser::new(["on", "off"]))]
    rts: Option<String>,
}

impl PortOptions {
    /// Returns the URL of the port that the user names, with these options; that of the only module if none is named.
    pub(crate) fn url(&self, port: Option<&str>) -> Result<String, Problem> {
        let mut url = port.unwrap_or(AUTO).to_owned();
        let pairs = self.pairs();
        let Some((first, _, _)) = pairs.first() else {
            return Ok(url);
        };
        let has_line = ["rfc2217://", "hwgrep://", "spy://"];
        if url.contains("://") && !has_line.iter().any(|scheme| url.starts_with(scheme)) {
            let problem = Problem::usage(format!("{first} is for serial devices, not for {url}"));
            return Err(problem.hint("leave it out; the line behind a socket has its speed there"));
        }
        for (_, name, value) in &pairs {
            let mark = if url.contains('?') { '&' } else { '?' };
            url = format!("{url}{mark}{name}={value}");
        }
        match PortUrl::parse(&url) {
            Ok(_) => Ok(url),
            Err(error) => Err(Problem::usage(error.to_string())),
        }
    }

    /// Returns each option that is given: its name, and the name and the value that a URL has for it.
    fn pairs(&self) -> Vec<(&'static str, &'static str, &str)> {
        let flow = match self.flow.as_deref() {
            Some("rtscts") => vec![("--flow", "rtscts", "1")],
            Some("xonxoff") => vec![("--flow", "rtscts", "0"), ("--flow", "xonxoff", "1")],
            Some(_) => vec![("--flow", "rtscts", "0")],
            None => Vec::new(),
        };
        let plain = [
            ("--baud", "baud", &self.baud),
            ("--parity", "parity", &self.parity),
            ("--stop-bits", "stopbits", &self.stop_bits),
            ("--dtr", "dtr", &self.dtr),
            ("--rts", "rts", &self.rts),
        ];
        let given = plain
            .into_iter()
            .filter_map(|(option, name, value)| Some((option, name, value.as_deref()?)));
        given.chain(flow).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: PortOptions,
    }

    fn url(words: &[&str], port: Option<&str>) -> Result<String, String> {
        let words = ["qftp"].iter().chain(words);
        let line = Line::try_parse_from(words).map_err(|error| error.to_string())?;
        line.options.url(port).map_err(|problem| problem.message())
    }

    #[test]
    fn each_option_is_one_of_the_url() {
        for (words, expected) in [
            (&[][..], "COM5"),
            (&["-b", "9600"], "COM5?baud=9600"),
            (&["--speed", "auto"], "COM5?baud=auto"),
            (&["--flow", "none"], "COM5?rtscts=0"),
            (&["--flow", "rtscts"], "COM5?rtscts=1"),
            (&["--flow", "xonxoff"], "COM5?rtscts=0&xonxoff=1"),
            (
                &["--parity", "even", "--stop-bits", "2"],
                "COM5?parity=even&stopbits=2",
            ),
            (&["--dtr", "off", "--rts", "on"], "COM5?dtr=off&rts=on"),
        ] {
            assert_eq!(url(words, Some("COM5")).as_deref(), Ok(expected));
        }
        for (port, expected) in [
            ("rfc2217://h:1?strict=1", "rfc2217://h:1?strict=1&baud=9600"),
            ("spy://COM5", "spy://COM5?baud=9600"),
        ] {
            assert_eq!(url(&["-b9600"], Some(port)).as_deref(), Ok(expected));
        }
        assert_eq!(
            url(&["-b9600"], Some("x?dtr=0")).as_deref(),
            Ok("x?dtr=0&baud=9600")
        );
        assert_eq!(url(&[], None).as_deref(), Ok("auto"));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (words, port, reason) in [
            (&["-b", "1"][..], "COM5", "300 to 4000000"),
            (&["--stop-bits", "3"], "COM5", "give 1 or 2"),
            (&["-b", "9600"], "socket://h:1", "is for serial devices"),
            (&["-b", "9600"], "spy://socket://h:1", "takes none"),
            (&["-b", "auto"], "rfc2217://h:1", "device of this machine"),
            (
                &["--dtr", "off"],
                "emulator://ec25",
                "is for serial devices",
            ),
            (&["--parity", "mark"], "COM5", "possible values"),
        ] {
            let error = url(words, Some(port)).expect_err("refused");
            assert!(error.contains(reason), "{words:?}: {error}");
        }
    }
}
