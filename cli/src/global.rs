//! The options that several commands share. `option_table.rs` says which command takes which.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use qftp::client::TransferWay;
use qftp::dialect::{self, Dialect, Identity};

use crate::completions;
use crate::console::Format;
use crate::data_address::DataConnections;
use crate::headings::{MODULE, OUTPUT, PORT, SERVER};
use crate::port_options::PortOptions;
use crate::problem::Problem;
use crate::tls::Trust;

/// Holds the options that several commands share.
#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own
pub(crate) struct Global {
    /// Port of the module, such as /dev/ttyUSB2
    ///
    /// A device; the model or the USB serial number of a module, such as EC25; or a socket://, unix:// or emulator:// URL.
    /// By default the only module that is there.
    #[arg(short, long, value_name = "PORT", help_heading = PORT, add = completions::ports())]
    pub(crate) port: Option<String>,
    /// Profile of the configuration file, a named set of options
    ///
    /// The file is ~/.config/qftp/config.toml.
    #[arg(long, value_name = "NAME", help_heading = PORT, add = completions::profiles())]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) line: PortOptions,
    /// Dialect or model of the module, such as EC25; by default qftp asks the module
    #[arg(long, value_name = "DIALECT", help_heading = MODULE)]
    #[arg(value_parser = DialectParser, ignore_case = true, add = completions::dialects())]
    pub(crate) dialect: Option<DialectChoice>,
    /// Access point name of the network; by default the one set in the module
    #[arg(long, value_name = "APN", help_heading = MODULE)]
    pub(crate) apn: Option<String>,
    /// User of the access point, if it asks for one
    #[arg(long, value_name = "USER[:PASSWORD]", help_heading = MODULE)]
    pub(crate) apn_user: Option<String>,
    /// Kind of check by which the access point admits the user
    #[arg(long, value_name = "KIND", help_heading = MODULE)]
    #[arg(value_parser = PossibleValuesParser::new(["pap", "chap", "pap-or-chap"]))]
    pub(crate) apn_auth: Option<String>,
    /// Number of the PDP context
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = MODULE)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) context: u8,
    /// Way of files over the line
    ///
    /// By default a stream, and pieces where a module refuses that. Choose pieces for nl668 firmware whose FTPSTOR and
    /// FTPRETR damage files.
    #[arg(long, value_name = "WAY", help_heading = MODULE)]
    #[arg(value_parser = WayParser)]
    pub(crate) way: Option<TransferWay>,
    /// Take the module's own count as the proof of a transfer; saves a command for each file
    ///
    /// The end of an upload is not read back, so that a byte which the line added is not seen. A download does not ask for
    /// the size first: its end shows by 0.3 s of silence, and one that breaks off begins again. Modules of gsm count uploads
    /// alone, those of nl668 nothing.
    #[arg(long, help_heading = MODULE)]
    pub(crate) trust_count: bool,
    /// Leave data mode by +++ before typing anything
    ///
    /// For a port on which another machine may have gone away in the middle of an upload. Takes two seconds.
    #[arg(long, help_heading = PORT)]
    pub(crate) escape_first: bool,
    /// Seconds to wait for a module that boots: for its port, and its answer
    #[arg(long, value_name = "SECONDS", default_value_t = 0, help_heading = PORT)]
    #[arg(hide_default_value = true)]
    pub(crate) wait: u32,

    /// User if the URL names none
    ///
    /// Other users of this machine can see a password given here.
    #[arg(short, long, value_name = "USER[:PASSWORD]", help_heading = SERVER)]
    pub(crate) user: Option<String>,
    /// Environment variable that has the password, in place of QFTP_PASSWORD
    #[arg(long, value_name = "NAME", help_heading = SERVER)]
    pub(crate) password_env: Option<String>,
    /// File with accounts, in place of ~/.netrc
    #[arg(long, value_name = "FILE", help_heading = SERVER)]
    pub(crate) netrc_file: Option<PathBuf>,
    /// Seconds that the module waits for an answer from the server
    #[arg(long, value_name = "SECONDS", default_value_t = 90, help_heading = SERVER)]
    #[arg(value_parser = clap::value_parser!(u8).range(20..=180))]
    pub(crate) timeout: u8,
    /// Active mode: the server opens the data connections
    #[arg(long, help_heading = SERVER)]
    pub(crate) active: bool,
    #[command(flatten)]
    pub(crate) data: DataConnections,

    #[command(flatten)]
    pub(crate) trust: Trust,

    /// Print results and errors as JSON
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,
    /// Print the AT line on standard error, passwords redacted
    #[arg(short, long, help_heading = OUTPUT)]
    pub(crate) verbose: bool,
    /// Record all that goes over the line, passwords redacted; `qftp trace FILE` shows it
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub(crate) record: Option<PathBuf>,
    /// Record the content of files, too
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) record_payload: bool,
    /// Print no progress bar and no summary
    #[arg(short, long, help_heading = OUTPUT)]
    pub(crate) quiet: bool,
}

/// Parses the name of a way.
#[derive(Clone)]
struct WayParser;

impl WayParser {
    fn names() -> impl Iterator<Item = PossibleValue> {
        TransferWay::ALL
            .iter()
            .map(|way| PossibleValue::new(way.name()))
    }
}

impl TypedValueParser for WayParser {
    type Value = TransferWay;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<TransferWay, clap::Error> {
        let name = PossibleValuesParser::new(Self::names()).parse_ref(command, argument, value)?;
        Ok(name.parse().unwrap_or_default())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Self::names()))
    }
}

/// A model, with the dialect that it speaks.
pub(crate) type Model = (&'static Dialect, &'static Identity);

/// Says what `--dialect` names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DialectChoice {
    /// One dialect, or a model; a dialect stands for its first model.
    One(Model),
    /// Each dialect in turn; only `qftp demo` takes it.
    All,
}

const ALL: &str = "all";

/// Parses the name of a dialect or the model of a module; the help shows the modules of each dialect.
#[derive(Clone)]
struct DialectParser;

impl DialectParser {
    fn names() -> impl Iterator<Item = PossibleValue> {
        let one =
            |dialect: &&'static Dialect| PossibleValue::new(dialect.name).help(dialect.modules);
        let all = PossibleValue::new(ALL).help("each dialect in turn (qftp demo)");
        dialect::ALL.iter().map(one).chain([all])
    }
}

impl TypedValueParser for DialectParser {
    type Value = DialectChoice;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<DialectChoice, clap::Error> {
        let name = value.to_string_lossy();
        if let Ok(model) = dialect::find_model(&name) {
            return Ok(DialectChoice::One(model));
        }
        PossibleValuesParser::new(Self::names())
            .map(|_| DialectChoice::All)
            .parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Self::names()))
    }
}

impl Global {
    /// Returns the form of results and errors.
    pub(crate) fn format(&self) -> Format {
        if self.json {
            Format::Json
        } else {
            Format::Text
        }
    }

    /// Returns the dialect that the user names, if any.
    pub(crate) fn dialect(&self) -> Result<Option<&'static Dialect>, Problem> {
        let model = self.model()?;
        Ok(model.map(|(dialect, _)| dialect))
    }

    /// Returns the model that the user names, if any.
    pub(crate) fn model(&self) -> Result<Option<Model>, Problem> {
        match self.dialect {
            None => Ok(None),
            Some(DialectChoice::One(model)) => Ok(Some(model)),
            Some(DialectChoice::All) => {
                let problem = Problem::usage("--dialect all is for `qftp demo`");
                Err(problem.hint("name one dialect, or leave it out: qftp then asks the module"))
            }
        }
    }
}
