//! The places of secrets in lines.

/// The places of secrets in a command or in a line of a module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecretPlace {
    /// Start of the line, in capitals and without blanks.
    pub(crate) start: &'static [u8],
    /// Indexes of the fields behind `=` or `:`.
    pub(crate) fields: &'static [usize],
}

/// Lines with a password, a PIN or the name of a key, of all dialects: a log may show a line before its dialect is known.
/// The first row that fits counts.
pub(crate) const SECRETS: &[SecretPlace] = &[
    place(b"+QFTPCFG=\"ACCOUNT\"", &[2]),
    place(b"+QFTPCFG:\"ACCOUNT\"", &[2]),
    place(b"+QFTPPASS=", &[0]),
    place(b"+QFTPPASS:", &[0]),
    place(b"+FTPOPEN=", &[2]),
    place(b"+MIPCALL=", &[3]),
    place(b"+QIREGAPP=", &[2]),
    // Of no table, and so perhaps of `accept`: 27.007 §10.1, and Fibocom.
    place(b"+CGAUTH=", &[3]),
    place(b"+CGAUTH:", &[3]),
    place(b"+MGAUTH=", &[3]),
    place(b"+MGAUTH:", &[3]),
    // The form of `gsm`, where no type of context stands before the access point.
    place(b"+QICSGP=0,\"", &[3]),
    place(b"+QICSGP=1,\"", &[3]),
    place(b"+QICSGP=", &[4]),
    place(b"+QICSGP:", &[3]),
    place(b"+QSSLCFG=\"CLIENTKEY\"", &[3]),
    place(b"+QSSLCFG:\"CLIENTKEY\"", &[3]),
    place(b"+CPIN=", &[0, 1]),
];

const fn place(start: &'static [u8], fields: &'static [usize]) -> SecretPlace {
    SecretPlace { start, fields }
}

#[cfg(test)]
mod tests {
    use super::SECRETS;
    use crate::dialect::ALL;

    #[test]
    fn every_command_with_a_password_has_a_place() {
        let is_secret = |name: &str| ["password", "pin", "new_pin"].contains(&name);
        for command in ALL.iter().flat_map(|dialect| dialect.all_commands()) {
            let params = command.write.unwrap_or(&[]).iter().enumerate();
            for (field, param) in params.filter(|(_, param)| is_secret(param.name)) {
                let start = [command.name.as_bytes(), b"="].concat();
                let known = SECRETS
                    .iter()
                    .any(|place| place.start.starts_with(&start) && place.fields.contains(&field));
                assert!(known, "{} {}", command.name, param.name);
            }
        }
    }
}
