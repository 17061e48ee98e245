//! Facts of a dialect that have more than two values.

/// Frames the payload of transfers on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PayloadFraming {
    /// As it is; its length or a line behind it tells its end.
    Raw,
    /// With 0x10 before each 0x10 and 0x03, and a bare 0x03 at its end; listings are raw (003 §1.2.15, §1.2.16).
    Stuffed,
}

/// Gives the meaning of an information line in front of a payload of stated length (QFREAD, FTPRECV).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CountLine {
    /// Information; the payload follows `CONNECT`.
    Information,
    /// It stands in place of `CONNECT` (003 §1.2.19).
    Connect,
}

/// Names the command that asks for the PDP contexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContextQuery {
    /// `AT+QIACT?` lists the active contexts (COMMON 2.1).
    List,
    /// `AT+QISTAT` tells the state of the context in front, behind its `OK` (COMMON 2.2).
    State,
    /// `AT+MIPCALL?` tells the address of the one context (COMMON 8.1).
    Call,
}

/// Numbers of the `+CME ERROR` for a file that the store does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MissingFile {
    /// Answers QFDWL and QFOPEN.
    pub to_open: u16,
    /// Answers QFLST of one name.
    pub to_list: u16,
    /// Answers QFDEL of one name.
    pub to_delete: u16,
    /// Answers QFDEL of all files where there are none; `None` is `OK`.
    pub to_empty: Option<u16>,
}

impl MissingFile {
    /// The numbers of the LTE modules; 418 was seen (COMMON 1.6).
    pub const LTE: MissingFile = MissingFile {
        to_open: 405,
        to_list: 405,
        to_delete: 418,
        to_empty: None,
    };
    /// The two numbers that are known of the GSM modules (COMMON 1.7).
    pub const GSM: MissingFile = MissingFile {
        to_open: 4010,
        to_list: 4013,
        to_delete: 4013,
        to_empty: Some(4013),
    };
}
