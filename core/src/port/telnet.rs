//! The bytes of Telnet (RFC 854) around those of a serial line, as RFC 2217 uses them, for both ends.
//!
//! An IAC among the data stands twice, also inside a subnegotiation. Any read may end in the middle of a command.

/// Begins a command of Telnet.
const IAC: u8 = 255;
/// Ends a subnegotiation.
const SE: u8 = 240;
/// Begins a subnegotiation.
const SB: u8 = 250;
/// The longest subnegotiation that is kept; those of RFC 2217 are shorter, but for a signature.
const LONGEST: usize = 256;

/// The option for bytes of eight bits (RFC 856).
pub const BINARY: u8 = 0;
/// The option that leaves "go ahead" out (RFC 858).
pub const SUPPRESS_GO_AHEAD: u8 = 3;
/// The option for settings of a serial line (RFC 2217).
pub const COM_PORT: u8 = 44;

/// The offer or wish of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 854 has these four")]
pub enum TelnetVerb {
    /// The sender uses the option from now on, or offers it.
    Will,
    /// The sender does not.
    Wont,
    /// The receiver is to use it.
    Do,
    /// The receiver is not to.
    Dont,
}

impl TelnetVerb {
    const ALL: [(u8, TelnetVerb); 4] = [
        (251, TelnetVerb::Will),
        (252, TelnetVerb::Wont),
        (253, TelnetVerb::Do),
        (254, TelnetVerb::Dont),
    ];

    fn of_byte(byte: u8) -> Option<Self> {
        let known = Self::ALL.iter().find(|(number, _)| *number == byte);
        known.map(|(_, verb)| *verb)
    }

    fn byte(self) -> u8 {
        let known = Self::ALL.iter().find(|(_, verb)| *verb == self);
        known.map_or(0, |(number, _)| *number)
    }
}

/// A command of the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "internal: no promise is made")]
pub enum TelnetCommand {
    /// An option is negotiated.
    Negotiate(TelnetVerb, u8),
    /// A subnegotiation of an option.
    Subnegotiate(u8, Vec<u8>),
}

/// The place in the stream of the other end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum TelnetPlace {
    #[default]
    Data,
    Command,
    Option(TelnetVerb),
    Inside(Vec<u8>),
    InsideCommand(Vec<u8>),
}

/// Reads the stream of the other end.
#[derive(Clone, Debug, Default)]
pub struct TelnetReader {
    place: TelnetPlace,
}

impl TelnetReader {
    /// Takes bytes, and adds data and commands to what has come.
    pub fn take(&mut self, bytes: &[u8], data: &mut Vec<u8>, commands: &mut Vec<TelnetCommand>) {
        for &byte in bytes {
            self.place = match (std::mem::take(&mut self.place), byte) {
                (TelnetPlace::Data, IAC) => TelnetPlace::Command,
                (TelnetPlace::Data, byte) => {
                    data.push(byte);
                    TelnetPlace::Data
                }
                (TelnetPlace::Command, IAC) => {
                    data.push(IAC);
                    TelnetPlace::Data
                }
                (TelnetPlace::Command, SB) => TelnetPlace::Inside(Vec::new()),
                // Other commands mean nothing to a serial line.
                (TelnetPlace::Command, byte) => {
                    TelnetVerb::of_byte(byte).map_or(TelnetPlace::Data, TelnetPlace::Option)
                }
                (TelnetPlace::Option(verb), option) => {
                    commands.push(TelnetCommand::Negotiate(verb, option));
                    TelnetPlace::Data
                }
                (TelnetPlace::Inside(inside), IAC) => TelnetPlace::InsideCommand(inside),
                (TelnetPlace::Inside(inside), byte)
                | (TelnetPlace::InsideCommand(inside), byte @ IAC) => {
                    TelnetPlace::Inside(with(inside, byte))
                }
                (TelnetPlace::InsideCommand(inside), SE) => {
                    if let Some((option, values)) = inside.split_first() {
                        commands.push(TelnetCommand::Subnegotiate(*option, values.to_vec()));
                    }
                    TelnetPlace::Data
                }
                // A subnegotiation that was cut short; this begins the next command.
                (TelnetPlace::InsideCommand(_), byte) => match TelnetVerb::of_byte(byte) {
                    Some(verb) => TelnetPlace::Option(verb),
                    None => TelnetPlace::Data,
                },
            };
        }
    }
}

fn with(mut inside: Vec<u8>, byte: u8) -> Vec<u8> {
    if inside.len() < LONGEST {
        inside.push(byte);
    }
    inside
}

/// Adds data to a stream, each IAC twice.
pub fn push_data(stream: &mut Vec<u8>, data: &[u8]) {
    for &byte in data {
        stream.push(byte);
        if byte == IAC {
            stream.push(IAC);
        }
    }
}

/// Adds the negotiation of an option to a stream.
pub fn push_negotiation(stream: &mut Vec<u8>, verb: TelnetVerb, option: u8) {
    stream.extend_from_slice(&[IAC, verb.byte(), option]);
}

/// Adds a subnegotiation of RFC 2217 to a stream: a command and its value.
pub fn push_com_port(stream: &mut Vec<u8>, command: u8, value: &[u8]) {
    stream.extend_from_slice(&[IAC, SB, COM_PORT, command]);
    push_data(stream, value);
    stream.extend_from_slice(&[IAC, SE]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8], cut: usize) -> (Vec<u8>, Vec<TelnetCommand>) {
        let (mut reader, mut data, mut commands) =
            (TelnetReader::default(), Vec::new(), Vec::new());
        for piece in bytes.chunks(cut) {
            reader.take(piece, &mut data, &mut commands);
        }
        (data, commands)
    }

    #[test]
    fn commands_stand_between_data_however_they_are_cut() {
        let mut stream = Vec::new();
        push_data(&mut stream, b"a\xffb");
        push_negotiation(&mut stream, TelnetVerb::Do, COM_PORT);
        // The speed 255 has an IAC, which stands twice.
        push_com_port(&mut stream, 1, &255_u32.to_be_bytes());
        push_data(&mut stream, b"c");
        for cut in 1..=stream.len() {
            let (data, commands) = read(&stream, cut);
            assert_eq!(data, b"a\xffbc");
            let speed = TelnetCommand::Subnegotiate(COM_PORT, vec![1, 0, 0, 0, 255]);
            let wish = TelnetCommand::Negotiate(TelnetVerb::Do, COM_PORT);
            assert_eq!(commands, [wish, speed]);
        }
    }

    #[test]
    fn a_subnegotiation_without_end_keeps_little() {
        let endless = [&[IAC, SB, COM_PORT][..], &[7; 10_000], &[IAC, SE]].concat();
        let (data, commands) = read(&endless, 100);
        assert!(data.is_empty());
        let [TelnetCommand::Subnegotiate(COM_PORT, values)] = &commands[..] else {
            panic!("{commands:?}");
        };
        assert_eq!(values.len(), LONGEST - 1);
    }

    proptest! {
        #[test]
        fn data_comes_back(bytes: Vec<u8>, cut in 1_usize..9) {
            let mut stream = Vec::new();
            push_data(&mut stream, &bytes);
            prop_assert_eq!(read(&stream, cut), (bytes, Vec::new()));
        }

        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>, cut in 1_usize..9) {
            let (data, _) = read(&bytes, cut);
            prop_assert!(data.len() <= bytes.len());
        }
    }
}
