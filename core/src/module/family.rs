//! The procedures in which the families of modules differ: one trait, one file a family.
//!
//! Facts that differ are fields of [`Dialect`](crate::dialect::Dialect). What a family does differently is a method of
//! [`ModuleFamily`]; every method is required, so that the compiler names what a new family lacks.

mod contract;
pub(super) mod fibocom;
#[cfg(test)]
pub(super) mod fixture;
#[cfg(test)]
mod fourth;
pub(super) mod gsm;
mod lte;
mod quirks;

pub(super) use contract::{FtpResources, ModuleFamily};

use crate::dialect::Family;

/// Returns the procedures of a family.
pub(super) fn of(family: Family) -> &'static dyn ModuleFamily {
    match family {
        Family::Lte => &lte::LteModule,
        Family::Gsm => &gsm::GsmModule,
        Family::Fibocom => &fibocom::FibocomModule,
        #[cfg(test)]
        Family::Test => &fourth::FourthModule,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::fixture::FtpFixture;
    use crate::dialect::{self, Command, CommandKind, Kind};
    use crate::module::response::CommandResponse;

    /// Returns a line that the table takes, with the parameters that must be given.
    fn line(command: &Command) -> String {
        let needed = command.write.unwrap_or_default().iter();
        let needed = needed.filter(|param| !param.optional);
        let values: Vec<String> = needed
            .map(|param| match param.kind {
                Kind::Text(_) | Kind::Name(_) => "\"a\"".into(),
                Kind::Integer(from, _) | Kind::Quotable(from, _) => from.to_string(),
                Kind::OneOf(numbers) => numbers[0].to_string(),
                Kind::Hex => "0x1".into(),
                Kind::Word(words) => words[0].into(),
                Kind::Mask(_) | Kind::Digits(_) => "1".into(),
            })
            .collect();
        match (command.execute, values.as_slice()) {
            (true, _) => command.name.into(),
            (false, values) => [command.name, "=", &values.join(",")].concat(),
        }
    }

    #[test]
    fn every_ftp_command_of_a_table_is_carried_out() {
        for dialect in dialect::ALL {
            let commands = dialect.all_commands().filter(|command| {
                let kind = command.kind;
                // Its parameters are those of a setting.
                kind.is_ftp() && kind != CommandKind::FtpConfigure
            });
            for command in commands {
                let line = line(command);
                // The account is for the time before a session.
                let before = [CommandKind::FtpUser, CommandKind::FtpPassword];
                let mut fixture = if before.contains(&command.kind) {
                    FtpFixture::closed(dialect)
                } else {
                    FtpFixture::open(dialect)
                };
                assert_ne!(
                    fixture.execute(&line),
                    CommandResponse::bad_parameter(command),
                    "{}: {line} has a row in the table and no arm in module/ftp/operation.rs or module/family",
                    dialect.name
                );
            }
        }
    }
}
