"""What specifications use of Google Research's kws_streaming, without its streaming modes."""
