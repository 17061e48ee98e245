//! `qftp cat`: writes files of the server to standard output.

use std::io::{self, Write as _};

use qftp::client::{GetOptions, Task};

use crate::app::App;
use crate::exit::Phase;
use crate::log::Direction;
use crate::problem::Problem;
use crate::progress::Meter;
use crate::session;
use crate::target::Target;

const EXAMPLES: &str = "\
Examples:
  qftp cat ftp://ftp.example.com/log.txt
  qftp cat --offset 1000000 ftp://ftp.example.com/log.txt
  qftp cat --length 512 ftp://ftp.example.com/firmware.bin | xxd";

/// Holds the arguments of `qftp cat`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Start at this byte
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    offset: u64,
    /// Write at most this many bytes
    #[arg(long, value_name = "BYTES")]
    length: Option<u64>,
    /// Files to write, all on one server
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let targets = Target::parse_all(&arguments.urls)?;
    for target in &targets {
        target.file()?;
    }
    let Some(first) = targets.first() else {
        return Ok(());
    };
    let mut tasks = vec![Task::Get];
    if arguments.offset > 0 {
        tasks.push(Task::ResumeGet);
    }
    if arguments.length.is_some() {
        tasks.push(Task::GetPart);
    }
    session::with(app, first, &tasks, |session| {
        for target in &targets {
            let meter = Meter::none();
            let mut watch = session::watch(&session.log, Direction::Down, &meter);
            let options = GetOptions::new()
                .offset(arguments.offset)
                .length(arguments.length)
                .progress(&mut watch);
            let mut out = io::stdout().lock();
            let result = session.client.get(target.file()?, &mut out, options);
            result.map_err(|error| Problem::client(&error, Phase::Retrieve).about(target))?;
            out.flush()?;
        }
        Ok(())
    })
}
