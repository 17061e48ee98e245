include $(sort $(wildcard $(BR2_EXTERNAL_LIBQFTP_PATH)/package/*/*.mk))
