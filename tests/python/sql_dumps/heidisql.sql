-- --------------------------------------------------------
-- Host:                         127.0.0.1
-- Server version:               10.11.6-MariaDB - mariadb.org binary distribution
-- Server OS:                    Win64
-- HeidiSQL Version:             12.6.0.6765
-- --------------------------------------------------------

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8 */;
/*!50503 SET NAMES utf8mb4 */;

-- Dumping database structure for db
CREATE DATABASE IF NOT EXISTS `db` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci */;
USE `db`;
CREATE TABLE IF NOT EXISTS `t` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `p` point DEFAULT NULL,
  `u` uuid DEFAULT NULL,
  `i6` inet6 DEFAULT NULL,
  `b` varbinary(10) DEFAULT NULL,
  `f` float DEFAULT NULL,
  `g` int(11) GENERATED ALWAYS AS (`id` + 1) VIRTUAL,
  PRIMARY KEY (`id`) USING BTREE,
  CONSTRAINT `ck` CHECK (`f` > 0)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='it''s';

-- Dumping data for table db.t: ~2 rows (approximately)
INSERT INTO `t` (`id`, `p`, `u`, `i6`, `b`, `f`) VALUES
	(1, _binary 0x000000000101000000000000000000f03f0000000000000040, '123e4567-e89b-12d3-a456-426614174000', '::1', _binary 0x4142, 1.5),
	(2, NULL, NULL, NULL, NULL, NULL);

-- Dumping structure for trigger db.tr
SET @OLDTMP_SQL_MODE=@@SQL_MODE, SQL_MODE='STRICT_TRANS_TABLES';
DELIMITER //
CREATE TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW BEGIN
 SET NEW.f = 1;
END//
DELIMITER ;
SET SQL_MODE=@OLDTMP_SQL_MODE;

-- Dumping structure for view db.v
-- Removing temporary table and create final VIEW structure
CREATE TABLE `v` (
	`id` INT(10) UNSIGNED NOT NULL
) ENGINE=MyISAM;
DROP TABLE IF EXISTS `v`;
CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select 1 AS `id` ;
/*!40103 SET TIME_ZONE=IFNULL(@OLD_TIME_ZONE, 'system') */;
