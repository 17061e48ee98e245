//! The faults of answers and unsolicited result codes, which the user of a module decides on one by one.

use core::fmt;
use core::time::Duration;

/// Decides what goes wrong with an answer or an unsolicited result code.
pub(crate) trait FaultHook: fmt::Debug + Send {
    /// Takes the name of a command, such as `+QFTPPUT`, that is about to be executed. A test or a read is none. So many
    /// bytes of output wait `ahead` of its answer.
    fn on_command(&mut self, name: &[u8], ahead: usize) -> AnswerFault;

    /// Takes an unsolicited result code that is about to be queued.
    fn on_urc(&mut self, text: &[u8], ahead: usize) -> UrcFault;
}

/// Says what goes wrong with an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AnswerFault {
    /// It comes so much later.
    pub(crate) late: Duration,
    /// The command is not executed: the module is busy.
    pub(crate) busy: bool,
    /// The number of the `+CME ERROR` for that, in place of what the family says.
    pub(crate) code: Option<u16>,
}

/// Says what goes wrong with an unsolicited result code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UrcFault {
    /// It comes so much later.
    pub(crate) late: Duration,
    /// It does not come.
    pub(crate) lost: bool,
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::vec::Vec;

    use super::*;
    use crate::dialect::{self, Dialect};
    use crate::module::state::NetworkState;
    use crate::module::{Latency, Module, ModuleState};

    const MS: Duration = Duration::from_millis(1);

    /// Makes the answer to `+CSQ` late or busy, and each unsolicited result code late or lost.
    #[derive(Debug)]
    struct OneFault {
        answer: AnswerFault,
        urc: UrcFault,
    }

    impl FaultHook for OneFault {
        fn on_command(&mut self, name: &[u8], _: usize) -> AnswerFault {
            if name == b"+CSQ" {
                self.answer
            } else {
                AnswerFault::default()
            }
        }

        fn on_urc(&mut self, _: &[u8], _: usize) -> UrcFault {
            self.urc
        }
    }

    fn module(dialect: &'static Dialect, answer: AnswerFault, urc: UrcFault) -> Module {
        let hook = OneFault { answer, urc };
        let mut module = Module::new(dialect)
            .with_latency(Latency::NONE)
            .with_fault_hook(Box::new(hook));
        ask(&mut module, b"ATE0\r");
        module
    }

    fn ask(module: &mut Module, typed: &[u8]) -> Vec<u8> {
        module.handle_input(MS, typed);
        told(module)
    }

    fn told(module: &mut Module) -> Vec<u8> {
        let told = module.poll_transmit().unwrap_or_default().to_vec();
        module.transmitted(MS, told.len());
        told
    }

    #[test]
    fn an_answer_is_late_by_its_time_and_a_read_is_not() {
        for dialect in dialect::ALL {
            let answer = AnswerFault {
                late: MS * 500,
                ..AnswerFault::default()
            };
            let mut module = module(dialect, answer, UrcFault::default());
            assert_eq!(
                ask(&mut module, b"AT+CSQ=?\r"),
                b"\r\n+CSQ: (0-31,99),(0-7,99)\r\n\r\nOK\r\n"
            );
            assert_eq!(ask(&mut module, b"AT+CSQ\r"), b"", "{}", dialect.name);
            assert_eq!(module.poll_timeout(), Some(MS * 501));
            module.handle_timeout(MS * 501);
            assert_eq!(told(&mut module), b"\r\n+CSQ: 28,99\r\n\r\nOK\r\n");
        }
    }

    #[test]
    fn a_busy_module_does_not_execute_the_command() {
        let busy = AnswerFault {
            busy: true,
            ..AnswerFault::default()
        };
        let coded = AnswerFault {
            code: Some(14),
            ..busy
        };
        for dialect in dialect::ALL {
            let ask_with = |answer| {
                ask(
                    &mut module(dialect, answer, UrcFault::default()),
                    b"AT+CSQ\r",
                )
            };
            assert_eq!(ask_with(busy), b"\r\nERROR\r\n");
            let mut module = module(dialect, coded, UrcFault::default());
            ask(&mut module, b"AT+CMEE=1\r");
            assert_eq!(ask(&mut module, b"AT+CSQ\r"), b"\r\n+CME ERROR: 14\r\n");
        }
    }

    #[test]
    fn an_unsolicited_result_code_is_late_or_lost() {
        let late = UrcFault {
            late: MS * 500,
            lost: false,
        };
        let lost = UrcFault { lost: true, ..late };
        for dialect in dialect::ALL {
            let searching = ModuleState::Network(NetworkState::Searching);
            let mut late = module(dialect, AnswerFault::default(), late);
            assert_eq!(ask(&mut late, b"AT+CREG=1\r"), b"\r\nOK\r\n");
            late.set_state(MS * 1000, searching);
            assert_eq!(told(&mut late), b"", "{}", dialect.name);
            late.handle_timeout(MS * 1499);
            assert_eq!(told(&mut late), b"", "{}", dialect.name);
            late.handle_timeout(MS * 1500);
            assert_eq!(told(&mut late), b"\r\n+CREG: 2\r\n", "{}", dialect.name);
            let mut lost = module(dialect, AnswerFault::default(), lost);
            ask(&mut lost, b"AT+CREG=1\r");
            lost.set_state(MS * 1000, searching);
            lost.handle_timeout(MS * 9000);
            assert_eq!(told(&mut lost), b"", "{}", dialect.name);
        }
    }
}
