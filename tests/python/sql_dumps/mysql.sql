-- MySQL dump 10.13  Distrib 8.0.42, for Linux (x86_64)
/*!40101 SET NAMES utf8mb4 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
DROP TABLE IF EXISTS `order`;
CREATE TABLE `order` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `group` varchar(20) DEFAULT NULL,
  `CustomerRef` int NOT NULL COMMENT 'it''s; a `trap` (',
  `kind` enum('a,b','c)') NOT NULL DEFAULT 'a,b',
  `tags` set('x','y') DEFAULT NULL,
  `flag` bit(1) DEFAULT b'0',
  `photo` longblob,
  `amount` decimal(10,2) DEFAULT '0.00',
  `ordered` date DEFAULT NULL,
  `seen` datetime DEFAULT NULL,
  `stamp` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  `y` year DEFAULT NULL,
  `t` time DEFAULT NULL,
  `total` decimal(12,2) GENERATED ALWAYS AS (`amount` * 2) STORED,
  `j` json DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`group`(10)),
  KEY `k` (`CustomerRef`),
  CONSTRAINT `fk` FOREIGN KEY (`CustomerRef`) REFERENCES `Customers` (`Id`) ON DELETE CASCADE,
  CONSTRAINT `ck` CHECK ((`amount` >= 0))
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT='x; y'
/*!50100 PARTITION BY RANGE (id)
(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */;
LOCK TABLES `order` WRITE;
/*!40000 ALTER TABLE `order` DISABLE KEYS */;
INSERT INTO `order` (`id`, `group`, `CustomerRef`, `kind`, `tags`, `flag`, `photo`, `amount`, `ordered`, `seen`, `stamp`, `y`, `t`, `j`) VALUES (1,'it\'s; \"q\" \\ \n x',1,'a,b','x,y',b'1',_binary 'A\0\'B',10.50,'2024-01-05','2024-01-05 10:00:00','2024-01-05 10:00:00',2024,'10:00:00','{\"a\": 1}'),(2,/*!50705 N'zw''ei' */,99,'c)',NULL,b'0',0x4142,-1e2,'0000-00-00','0000-00-00 00:00:00','2024-01-05 10:00:00',NULL,NULL,NULL),(3,_utf8'drei',1,'c)','',X'01',X'4142',NULL,'2024-02-29',NULL,NOW(),NULL,'838:59:59',NULL) # end
;
/*!40000 ALTER TABLE `order` ENABLE KEYS */;
UNLOCK TABLES;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER `tr` BEFORE INSERT ON `order` FOR EACH ROW BEGIN SET NEW.amount = 1; IF 1 THEN SET @x='('; END IF; END */;;
CREATE PROCEDURE `p`() BEGIN SELECT 'a;b'; SELECT 2; END ;;
DELIMITER ;
CREATE TABLE `Customers` (`Id` int NOT NULL, `Name` varchar(50) DEFAULT 'no name', PRIMARY KEY (`Id`));
INSERT INTO Customers VALUES (1,'Zoë');
INSERT INTO Customers (Id) VALUES (2);
REPLACE INTO Customers VALUES (3, 'x') , (4, DEFAULT);
/*!50001 DROP VIEW IF EXISTS `v`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`%` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select 1 AS `a;` */;
UPDATE Customers SET Name = 'y' WHERE Id = 3;
-- Dump completed on 2025-01-01
