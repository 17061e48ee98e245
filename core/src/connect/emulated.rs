//! `emulator://MODEL?ufs=DIR&quirks=NAMES&accept=NAMES&states=LIST&fault=RULE&latency=TIMES&baud=RATE`: an emulator that
//! lives as long as its port. `fault` may stand more than once.

use std::io;
use std::num::NonZeroU32;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::emulator::{Emulator, EmulatorOptions, FaultRule};
use crate::module::Quirks;
use crate::module::state::parse_states;
use crate::port::{Cancel, Port, PortError};

const OPTIONS: &str = "there are accept, quirks, states, fault, latency, seed, baud, boot_time, banner, ufs, sd, ufs_limit, sd_limit, ram_limit";

/// More makes no sense, and every deadline stays a number.
const LONGEST_BOOT: Duration = Duration::from_secs(3600);

/// Starts an emulator and returns the host's end of its line.
pub(super) fn open(
    url: &str,
    model: &str,
    options: &[(String, String)],
) -> Result<Box<dyn Port>, PortError> {
    let options = read_options(model, options).map_err(|reason| PortError::url(url, reason))?;
    let (emulator, line) =
        Emulator::in_process(options).map_err(|source| PortError::io(url, source))?;
    Ok(Box::new(Emulated {
        line,
        _emulator: emulator,
    }))
}

/// Reads the options of the URL; `Err` says in words what is wrong.
fn read_options(model: &str, options: &[(String, String)]) -> Result<EmulatorOptions, String> {
    let mut read = EmulatorOptions::named(model).map_err(|error| error.to_string())?;
    for (name, value) in options {
        let bytes = || {
            value
                .parse()
                .map_err(|_| format!("{name}={value}: give a number of bytes"))
        };
        match name.as_str() {
            "quirks" => {
                let quirks: Result<Quirks, _> = value.parse();
                read.quirks = quirks
                    .and_then(|quirks| quirks.check(read.dialect))
                    .map_err(|error| error.to_string())?;
            }
            "accept" => read.accept_list(value).map_err(|error| error.to_string())?,
            "latency" => {
                read.latency = read
                    .latency
                    .with_text(value)
                    .map_err(|error| error.to_string())?;
            }
            "seed" => {
                read.latency.seed = value
                    .parse()
                    .map_err(|_| format!("seed={value}: give a number"))?;
                read.fault_plan.seed = read.latency.seed;
            }
            "fault" => {
                let rule: Result<FaultRule, _> = value.parse();
                let rule = rule.and_then(|rule| rule.check(read.dialect));
                let rule = rule.map_err(|error| error.to_string())?;
                read.fault_plan.rules.push(rule);
            }
            "baud" => {
                let rate: Result<NonZeroU32, _> = value.parse();
                let rate = rate.map_err(|_| format!("baud={value}: give bits per second"))?;
                read.baud = Some(rate.get());
            }
            "states" => {
                read.states = parse_states(value).map_err(|error| error.to_string())?;
            }
            "boot_time" => read.boot_time = seconds(value)?,
            "banner" => {
                read.banner = match value.as_str() {
                    "0" => false,
                    "1" => true,
                    _ => return Err(format!("banner={value}: give 0 or 1")),
                }
            }
            "ufs" => read.ufs = Some(value.into()),
            "sd" => read.sd = Some(value.into()),
            "ufs_limit" => read.ufs_limit = bytes()?,
            "sd_limit" => read.sd_limit = bytes()?,
            "ram_limit" => read.ram_limit = bytes()?,
            _ => return Err(format!("unknown option {name}: {OPTIONS}")),
        }
    }
    Ok(read)
}

/// Reads a number of seconds, as 1.5.
fn seconds(value: &str) -> Result<Duration, String> {
    let seconds = value.parse().ok();
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.filter(|time| *time <= LONGEST_BOOT)
        .ok_or_else(|| format!("boot_time={value}: give seconds, 0 to 3600"))
}

/// The host's end of a line, with the emulator at its other end.
struct Emulated {
    line: Box<dyn Port>,
    _emulator: Emulator,
}

impl Port for Emulated {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.line.read(buffer, timeout)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.line.write(bytes, timeout)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        self.line.set_dtr(on)
    }

    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.line.wake_by(cancel)
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.line.descriptor()
    }

    fn name(&self) -> &str {
        self.line.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emulator_is_named_by_model_or_dialect_in_any_case() {
        for (name, dialect) in [
            ("ec25", "ec2x"),
            ("EC25", "ec2x"),
            ("ec2x", "ec2x"),
            ("BG96", "bg96"),
            ("m95", "gsm"),
            ("NL668", "nl668"),
        ] {
            let options = read_options(name, &[]).expect(name);
            assert_eq!(options.dialect.name, dialect, "{name}");
        }
    }

    #[test]
    fn latency_and_speed_of_the_line() {
        let plain = read_options("m95", &[]).expect("options");
        assert_eq!(
            (plain.latency.to_string().as_str(), plain.baud),
            ("0", None)
        );
        let options = [
            ("latency", "response=20..80ms,+QFTPOPEN=1s"),
            ("seed", "7"),
            ("baud", "9600"),
        ];
        let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let read = read_options("m95", &options).expect("options");
        let latency = "response=20..80ms,+QFTPOPEN=1000ms,seed=7";
        assert_eq!(read.latency.to_string(), latency);
        assert_eq!(read.baud, Some(9600));
    }

    #[test]
    fn rules_of_a_fault_plan_and_their_seed() {
        let options = [
            ("fault", "reboot on=+CSQ"),
            ("seed", "7"),
            ("fault", "lose after=3"),
        ];
        let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let plan = read_options("ec25", &options).expect("options").fault_plan;
        assert_eq!(plan.to_string(), "reboot on=+CSQ\nlose bytes=1 after=3\n");
        assert_eq!(plan.seed, 7);
    }

    #[test]
    fn mistakes_are_named() {
        let option = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        for (model, options, text) in [
            (
                "ec99",
                vec![],
                "unknown dialect or model \"ec99\"; there are ec20 (EC20)",
            ),
            (
                "ec25",
                option("accept", "+QFOO,+CSQ"),
                "+CSQ is a command that ec2x knows",
            ),
            (
                "ec25",
                option("ufs_limit", "many"),
                "ufs_limit=many: give a number of bytes",
            ),
            (
                "ec25",
                option("states", "sim=gone"),
                "state \"sim=gone\": sim takes ready|absent|pin|pin:DIGITS|puk",
            ),
            (
                "ec25",
                option("boot_time", "-1"),
                "boot_time=-1: give seconds, 0 to 3600",
            ),
            ("ec25", option("banner", "yes"), "banner=yes: give 0 or 1"),
            (
                "ec25",
                option("speed", "9600"),
                "unknown option speed: there are accept, quirks, states, fault, latency, seed, baud, boot_time, banner, ufs, sd, ufs_limit, sd_limit, ram_limit",
            ),
            (
                "ec25",
                option("latency", "soon"),
                "soon: give a time such as 20ms, 20..80ms, 20|35|50ms, 1.5s",
            ),
            ("ec25", option("baud", "0"), "baud=0: give bits per second"),
            (
                "ec25",
                option("fault", "loud"),
                "fault rule \"loud\": unknown action \"loud\": there are lose, ",
            ),
            (
                "m95",
                option("fault", "busy on=+QFTPPUT"),
                "fault rule \"busy on=+QFTPPUT\" does not fit gsm: ",
            ),
            ("ec25", option("seed", "x"), "seed=x: give a number"),
        ] {
            let error = read_options(model, &options).expect_err(model);
            assert!(error.starts_with(text), "{error}");
        }
    }
}
