"""The reference tables and the founding case, from the readable files in ``seeds/``. Loading again changes nothing."""
