"""The rules between the values of a record, by what they are about."""
