//! The status of a module: what has come of the states that its user set and of the commands of its host.

use super::Module;

/// The status of a module, as its commands would tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModuleStatus {
    /// `on`, `off` or `starting`.
    pub power: &'static str,
    /// `<fun>` of `AT+CFUN?`.
    pub functionality: u64,
    /// The word of `+CPIN`: `READY`, `SIM PIN`, `NOT INSERTED`.
    pub sim: &'static str,
    /// `<stat>` of `AT+CREG?` (3GPP 27.007 §7.2).
    pub registration: u8,
    /// The answer of `AT+CGATT?`.
    pub attached: bool,
}

impl Module {
    /// Returns the status of the module.
    pub fn status(&self) -> ModuleStatus {
        let radio = &self.parts.network.radio;
        ModuleStatus {
            power: self.cx.power.word(),
            functionality: radio.functionality(),
            sim: radio.sim_word(),
            registration: radio.circuit_registration(),
            attached: radio.is_attached(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;
    use crate::dialect::ec2x::EC2X;
    use core::time::Duration;

    fn typed(module: &mut Module, line: &[u8]) -> ModuleStatus {
        module.handle_input(Duration::ZERO, line);
        while let Some(count) = module.poll_transmit().map(<[u8]>::len) {
            module.transmitted(Duration::ZERO, count);
        }
        module.status()
    }

    #[test]
    fn a_module_that_its_host_leaves_alone_is_ready() {
        for dialect in dialect::ALL {
            let status = ModuleStatus {
                power: "on",
                functionality: 1,
                sim: "READY",
                registration: 1,
                attached: true,
            };
            assert_eq!(Module::new(dialect).status(), status, "{}", dialect.name);
        }
    }

    #[test]
    fn commands_and_states_change_it() {
        let mut module = Module::new(&EC2X);
        assert!(!typed(&mut module, b"AT+CGATT=0\r").attached);
        assert!(typed(&mut module, b"AT+CGATT=1\r").attached);
        let status = typed(&mut module, b"AT+CFUN=0\r");
        assert_eq!((status.functionality, status.sim), (0, "NOT READY"));
        assert_eq!((status.registration, status.attached), (0, false));
        assert_eq!(typed(&mut module, b"AT+CFUN=4\r").sim, "READY");
        assert_eq!(typed(&mut module, b"AT+CFUN=1\r").registration, 1);

        let mut set = |text: &str| {
            module.set_state(Duration::ZERO, text.parse().expect("a state"));
            module.status()
        };
        assert_eq!(set("network=roaming").registration, 5);
        assert_eq!(set("sim=absent").sim, "NOT INSERTED");
        assert_eq!(set("sim=puk").sim, "SIM PUK");
        assert_eq!(set("sim=pin").sim, "SIM PIN");
        assert_eq!(typed(&mut module, b"AT+CPIN=\"1234\"\r").sim, "READY");
        assert_eq!(typed(&mut module, b"AT+QPOWD\r").power, "off");
        module = module.with_boot_time(Duration::from_secs(1));
        module.set_state(Duration::ZERO, "power=on".parse().expect("a state"));
        assert_eq!(module.status().power, "starting");
        module.handle_timeout(Duration::from_secs(1));
        assert_eq!(module.status().power, "on");
    }
}
