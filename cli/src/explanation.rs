//! The meaning of the codes on a module's line, from the tables of the manuals.

use qftp::codes::{self, FtpCode, ModuleCode};

/// Returns the meaning of the error on a line, if there is one.
pub(crate) fn of_line(line: &str) -> Option<String> {
    let (name, fields) = line.split_once(':')?;
    let mut fields = fields.split(',').map(str::trim);
    let first = fields.next()?;
    if name == "+CME ERROR" {
        let number: u16 = first.parse().ok()?;
        return match codes::lookup(number) {
            Some(code) => Some(code.meaning.into()),
            None => codes::cme_meaning(number).map(str::to_owned),
        };
    }
    if !name.starts_with("+QFTP") {
        return None;
    }
    let number: i32 = first.parse().ok()?;
    if number < 0 {
        let (code, reply) = codes::gsm_code(number)?;
        return Some(joined(code, reply));
    }
    // A module that prints a code prints the server's reply behind it; a single number may be a size.
    let reply: u16 = fields.next()?.parse().ok()?;
    let code = codes::lookup(number.try_into().ok()?)?;
    let is_reply = reply == 0 || (100..600).contains(&reply);
    is_reply.then(|| joined(ModuleCode(code.number), Some(FtpCode(reply))))
}

fn joined(code: ModuleCode, reply: Option<FtpCode>) -> String {
    let meaning = code.meaning();
    match reply.and_then(FtpCode::meaning) {
        Some(reply) => format!("{meaning}; server: {reply}"),
        None => meaning.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::of_line;
    use qftp::codes::{FtpCode, ModuleCode};

    #[test]
    fn errors_are_explained_and_numbers_are_not() {
        let unavailable = ModuleCode(627).meaning();
        let reply = FtpCode(550).meaning().expect("a meaning");
        let both = format!("{unavailable}; server: {reply}");
        assert_eq!(of_line("+QFTPGET: 627,550"), Some(both.clone()));
        assert_eq!(of_line("+QFTPGET:-550"), Some(both));
        assert_eq!(
            of_line("+QFTPOPEN: 605,0").as_deref(),
            Some(ModuleCode(605).meaning())
        );
        assert_eq!(
            of_line("+CME ERROR: 10").as_deref(),
            Some("SIM not inserted")
        );
        assert_eq!(
            of_line("+CME ERROR: 603").as_deref(),
            Some(ModuleCode(603).meaning())
        );
        for line in [
            "OK",
            "+QFTPGET: 0,627",
            "+QFTPSIZE:612",
            "+QFTPLEN: 612,7",
            "+CSQ: 603,0",
        ] {
            assert_eq!(of_line(line), None, "{line}");
        }
    }
}
