//! Command lines that a program types beside the operations of the host: the settings that the host types at login alone.

use alloc::vec::Vec;

use super::{CommandKind, Dialect, SettingKind, TransferMode, Value};

impl Dialect {
    /// Returns the command line that sets the mode of data connections, without its CR. `None`: the dialect has none.
    pub fn transfer_mode_command(&self, mode: TransferMode) -> Option<Vec<u8>> {
        let active = u64::from(mode == TransferMode::Active);
        // The numbers of the setting and of the command run opposite ways (002 §2.1, 001 §2.2.8, 003 §1.2.21).
        let line = match self.setting(SettingKind::TransferMode) {
            Some(setting) => {
                let configure = self.command(CommandKind::FtpConfigure)?;
                setting.emit(configure, None, &[Value::Integer(1 - active)])
            }
            None => self
                .command(CommandKind::FtpMode)?
                .emit(&[Value::Integer(active)]),
        };
        without_cr(line.ok()?)
    }

    /// Returns the command line after which the module shows the server's replies, without its CR. `None`: the results
    /// of the dialect carry them (003 §1.2.3).
    pub fn transcript_command(&self) -> Option<Vec<u8>> {
        let command = self.command(CommandKind::FtpTranscript)?;
        without_cr(command.emit(&[Value::Integer(1)]).ok()?)
    }
}

fn without_cr(mut line: Vec<u8>) -> Option<Vec<u8>> {
    line.pop_if(|last| *last == b'\r').map(|_| line)
}

#[cfg(test)]
mod tests {
    use super::TransferMode::{Active, Passive};
    use crate::dialect;

    #[test]
    fn every_dialect_sets_the_mode_of_data_connections() {
        let by_name: &[(&str, &str, &str)] = &[
            (
                "ec20",
                "AT+QFTPCFG=\"transmode\",0",
                "AT+QFTPCFG=\"transmode\",1",
            ),
            (
                "ec2x",
                "AT+QFTPCFG=\"transmode\",0",
                "AT+QFTPCFG=\"transmode\",1",
            ),
            (
                "bg96",
                "AT+QFTPCFG=\"transmode\",0",
                "AT+QFTPCFG=\"transmode\",1",
            ),
            ("gsm", "AT+QFTPCFG=1,0", "AT+QFTPCFG=1,1"),
            ("nl668", "AT+FTPMODE=1", "AT+FTPMODE=0"),
        ];
        assert_eq!(by_name.len(), dialect::ALL.len());
        for (name, active, passive) in by_name {
            let dialect = dialect::by_name(name).expect("a dialect");
            let line = |mode| dialect.transfer_mode_command(mode).expect("a command");
            assert_eq!(line(Active), active.as_bytes(), "{name}");
            assert_eq!(line(Passive), passive.as_bytes(), "{name}");
        }
    }

    #[test]
    fn one_dialect_shows_the_replies_of_the_server_on_request() {
        for dialect in dialect::ALL {
            let expected = (dialect.name == "nl668").then(|| b"AT+FTPINFO=1".to_vec());
            assert_eq!(dialect.transcript_command(), expected, "{}", dialect.name);
        }
    }
}
