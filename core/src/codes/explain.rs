//! Explains the numbers that stand on an AT line. One number can mean several things: 421 is a reply of a server and
//! an error of the module's file store.

use alloc::vec::Vec;

use super::{CME, FTP, FtpCode, ModuleCode, fibocom, from_gsm, ftp_reply};

/// The place on the line where a number stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberPlace {
    /// The error of an FTP command: 601 to 631 (002 §5), negative in GSM modules (001 §3).
    FtpError,
    /// The reply of the FTP server, behind the error of the command or alone (002 §6).
    FtpReply,
    /// `+CME ERROR`: the module, its SIM, its network, its file store.
    CmeError,
    /// `+CMS ERROR`: short messages.
    CmsError,
}

/// One meaning of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The number as it was printed.
    pub number: i32,
    /// The place where it means this.
    pub place: NumberPlace,
    /// The code of this library that it is reported by, for the error of an FTP command.
    pub code: Option<ModuleCode>,
    /// The server's reply that it stands for.
    pub stands_for: Option<FtpCode>,
    /// The meaning, in words.
    pub meaning: &'static str,
    /// Advice on what to try.
    pub hint: Option<&'static str>,
}

impl Explanation {
    const fn new(number: i32, place: NumberPlace, meaning: &'static str) -> Self {
        Explanation {
            number,
            place,
            code: None,
            stands_for: None,
            meaning,
            hint: None,
        }
    }
}

/// Returns all that a number may mean, the likeliest first; nothing for a number that no manual has.
pub fn explain(number: i32) -> Vec<Explanation> {
    let found = [
        ftp_error(number),
        reply(number),
        words(number, NumberPlace::CmeError, cme),
        words(number, NumberPlace::CmsError, fibocom::cms_text),
    ];
    found.into_iter().flatten().collect()
}

fn ftp_error(number: i32) -> Option<Explanation> {
    let (code, reply) = match from_gsm(number) {
        Some((code, reply)) if number < 0 => (code, reply),
        _ => (u16::try_from(number).ok()?, None),
    };
    let entry = FTP.iter().find(|entry| entry.number == code)?;
    let listed = (entry.reply != 0).then_some(entry.reply);
    Some(Explanation {
        code: Some(ModuleCode(code)),
        stands_for: reply.or(listed).map(FtpCode),
        hint: Some(entry.hint).filter(|hint| !hint.is_empty()),
        ..Explanation::new(number, NumberPlace::FtpError, entry.meaning)
    })
}

fn reply(number: i32) -> Option<Explanation> {
    let (meaning, hint) = ftp_reply::explained(u16::try_from(number).ok()?)?;
    Some(Explanation {
        hint: Some(hint).filter(|hint| !hint.is_empty()),
        ..Explanation::new(number, NumberPlace::FtpReply, meaning)
    })
}

fn words(
    number: i32,
    place: NumberPlace,
    table: fn(u16) -> Option<&'static str>,
) -> Option<Explanation> {
    let meaning = table(u16::try_from(number).ok()?)?;
    Some(Explanation::new(number, place, meaning))
}

/// Looks into the tables of `+CME ERROR` without the codes of FTP, which are explained by themselves.
fn cme(number: u16) -> Option<&'static str> {
    CME.find(number).or_else(|| fibocom::cme_text(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(number: i32) -> Vec<NumberPlace> {
        explain(number).iter().map(|one| one.place).collect()
    }

    #[test]
    fn a_number_means_one_thing_or_several() {
        assert_eq!(places(627), [NumberPlace::FtpError]);
        assert_eq!(places(-7), [NumberPlace::FtpError]);
        assert_eq!(places(550), [NumberPlace::FtpReply]);
        assert_eq!(places(421), [NumberPlace::FtpReply, NumberPlace::CmeError]);
        assert_eq!(places(13), [NumberPlace::CmeError]);
        assert_eq!(places(8), [NumberPlace::CmsError]);
        for nothing in [-9999, -600, 600, 632, 9999, i32::MIN, i32::MAX] {
            assert_eq!(places(nothing), [], "{nothing}");
        }
    }

    #[test]
    fn a_number_of_gsm_has_the_code_that_errors_have() {
        let explained = explain(-550)[0];
        assert_eq!(explained.code, Some(ModuleCode::FILE_UNAVAILABLE));
        assert_eq!(explained.stands_for, Some(FtpCode(550)));
        assert!(explained.hint.is_some());
        assert_eq!(explain(-7)[0].code, Some(ModuleCode::DATA_CLOSED));
        assert_eq!(explain(-7)[0].stands_for, None);
    }
}
