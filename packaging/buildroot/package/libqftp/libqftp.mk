################################################################################
#
# libqftp
#
################################################################################

LIBQFTP_VERSION = 0.1.0
LIBQFTP_SOURCE = libqftp-$(LIBQFTP_VERSION).tar.xz
LIBQFTP_SITE = file://$(call qstrip,$(BR2_PACKAGE_LIBQFTP_FOLDER))
LIBQFTP_LICENSE = MIT or Apache-2.0
LIBQFTP_LICENSE_FILES = LICENSE-MIT LICENSE-APACHE
LIBQFTP_INSTALL_STAGING = YES
LIBQFTP_DEPENDENCIES = host-rustc

# install.sh takes the target by its own name, and the crates are those of the archive.
LIBQFTP_ENV = \
	$(TARGET_MAKE_ENV) \
	$(TARGET_CONFIGURE_OPTS) \
	$(PKG_CARGO_ENV) \
	CARGO_HOME=$(@D)/.cargo \
	CARGO_TARGET_DIR=$(@D)/target \
	TARGET=$(RUSTC_TARGET_NAME) \
	BINUTILS=$(TARGET_CROSS) \
	PREFIX=/usr

define LIBQFTP_BUILD_CMDS
	cd $(@D) && $(LIBQFTP_ENV) scripts/install.sh build library
endef

define LIBQFTP_INSTALL_STAGING_CMDS
	cd $(@D) && $(LIBQFTP_ENV) DESTDIR=$(STAGING_DIR) scripts/install.sh install library
endef

define LIBQFTP_INSTALL_TARGET_CMDS
	cd $(@D) && $(LIBQFTP_ENV) DESTDIR=$(TARGET_DIR) scripts/install.sh install library
endef

$(eval $(generic-package))
