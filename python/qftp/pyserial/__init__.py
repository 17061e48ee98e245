"""`emulator://` for pyserial, so that its scripts run without a module.

    import serial

    serial.protocol_handler_packages.append("qftp.pyserial")
    port = serial.serial_for_url("emulator://ec25")

pyserial itself comes from `pyserial` or, with labgrid, from `pyserial-labgrid`. qftp needs neither.
"""
