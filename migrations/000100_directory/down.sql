DROP TABLE category;
DROP TABLE department;
DROP TABLE district;
DROP TABLE directory_version;
DROP FUNCTION refuse_directory_deletion();
DROP FUNCTION bump_directory_version();
