//! The numbers of `gsm` and the codes of the other modules that mean the same (001 §3).

use super::{
    ABORTED, BUSY, CONTROL_CLOSED, DATA_CLOSED, DATA_CONNECTION, DNS, LOCAL_FILE, LOCAL_OPEN,
    NETWORK, PARAMETER, PEER_CLOSED, POSITION, TIMEOUT, UNKNOWN, WOULD_BLOCK, for_reply, lookup,
};

/// -8: the PDP context went away (001 §3).
pub(crate) const GSM_CONTEXT: i32 = -8;

/// The codes of `gsm` that stand for no FTP reply: number, the LTE code that means the same (001 §3).
const GSM: &[(i32, u16)] = &[
    (-1, UNKNOWN),
    (-3, BUSY),
    (-3, WOULD_BLOCK),
    (-4, DNS),
    (-5, NETWORK),
    (-6, CONTROL_CLOSED),
    (-6, PEER_CLOSED),
    (-7, DATA_CLOSED),
    (-9, TIMEOUT),
    (-10, PARAMETER),
    (-11, LOCAL_OPEN),
    (-12, LOCAL_FILE),
    (-12, POSITION),
    (-425, DATA_CONNECTION),
    (-426, ABORTED),
];

/// The replies that `gsm` reports, negated (001 §3).
const GSM_REPLIES: &[u16] = &[
    421, 425, 426, 450, 452, 500, 501, 502, 530, 532, 550, 551, 552, 553,
];

/// Returns the number of `gsm` for a code and the server's reply, which is 0 where there is none.
pub(crate) fn for_gsm(code: u16, reply: u16) -> i32 {
    if GSM_REPLIES.contains(&reply) {
        return -i32::from(reply);
    }
    let own = GSM.iter().find(|(_, same)| *same == code);
    let stands_for = || lookup(code).filter(|code| GSM_REPLIES.contains(&code.reply));
    own.map(|(number, _)| *number)
        .or_else(|| stands_for().map(|code| -i32::from(code.reply)))
        .unwrap_or(-1)
}

/// Returns the LTE code that means the same as a number of `gsm`, and the server's reply if it stands for one.
pub(crate) fn from_gsm(number: i32) -> Option<(u16, Option<u16>)> {
    let reply = u16::try_from(number.checked_neg()?).ok()?;
    if GSM_REPLIES.contains(&reply) {
        return Some((for_reply(reply), Some(reply)));
    }
    if number == GSM_CONTEXT {
        return Some((NETWORK, None));
    }
    GSM.iter()
        .find(|(known, _)| *known == number)
        .map(|(_, code)| (*code, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::FTP;

    /// 001 §3, in its order.
    const GSM_NUMBERS: [i32; 25] = [
        -1, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -421, -425, -426, -450, -452, -500, -501,
        -502, -530, -532, -550, -551, -552, -553,
    ];

    #[test]
    fn every_number_of_gsm_has_a_code_and_comes_back() {
        for number in GSM_NUMBERS {
            let (code, reply) = from_gsm(number).expect("a code");
            assert!(lookup(code).is_some(), "{number}");
            // The context's end has a code of the network's on the other modules.
            let back = if number == GSM_CONTEXT { -5 } else { number };
            assert_eq!(for_gsm(code, reply.unwrap_or(0)), back, "{number}");
        }
        for number in [
            0,
            1,
            -2,
            -13,
            -400,
            -451,
            -503,
            -554,
            -601,
            i32::MIN,
            i32::MAX,
        ] {
            assert_eq!(from_gsm(number), None, "{number}");
        }
    }

    #[test]
    fn every_code_has_a_number_of_gsm() {
        for code in FTP {
            let number = for_gsm(code.number, code.reply);
            assert!(GSM_NUMBERS.contains(&number), "{}: {number}", code.number);
        }
        let pairs = [
            (UNKNOWN, 0, -1),
            (UNKNOWN, 554, -1),
            (602, 0, -3),
            (BUSY, 0, -3),
            (DNS, 0, -4),
            (NETWORK, 0, -5),
            (CONTROL_CLOSED, 0, -6),
            (PEER_CLOSED, 0, -6),
            (DATA_CLOSED, 0, -7),
            (TIMEOUT, 0, -9),
            (PARAMETER, 0, -10),
            (LOCAL_OPEN, 0, -11),
            (POSITION, 0, -12),
            (LOCAL_FILE, 0, -12),
            (DATA_CONNECTION, 0, -425),
            (ABORTED, 0, -426),
            // The server's reply says more than the code.
            (CONTROL_CLOSED, 421, -421),
            (627, 550, -550),
            (625, 530, -530),
            // 332 is answered as 532 is.
            (626, 332, -532),
        ];
        for (code, reply, number) in pairs {
            assert_eq!(for_gsm(code, reply), number, "{code},{reply}");
        }
    }
}
