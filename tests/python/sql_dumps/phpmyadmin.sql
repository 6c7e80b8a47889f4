-- phpMyAdmin SQL Dump
-- version 5.2.1
-- https://www.phpmyadmin.net/
--
-- Host: localhost:3306
SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
START TRANSACTION;
SET time_zone = "+00:00";
/*!40101 SET NAMES utf8mb4 */;
CREATE DATABASE IF NOT EXISTS `shop` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
USE `shop`;
DELIMITER $$
CREATE DEFINER=`root`@`localhost` PROCEDURE `p` (IN `x` INT)   BEGIN
  SELECT 1; IF x THEN SELECT "it's $"; END IF;
END$$

CREATE DEFINER=`root`@`localhost` FUNCTION `f` () RETURNS INT DETERMINISTIC RETURN 1$$

DELIMITER ;
CREATE TABLE `items` (
  `id` int(11) NOT NULL,
  `parent` int(11) DEFAULT NULL,
  `name` varchar(50) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL DEFAULT '',
  `kind` tinyint(1) NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `items` (`id`, `parent`, `name`, `kind`) VALUES
(0, NULL, 'zero', 0),
(1, 0, 'one', 1);
CREATE TABLE `v` (
`id` int(11)
);
DROP TABLE IF EXISTS `v`;
CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `v`  AS SELECT `items`.`id` AS `id` FROM `items` ;
ALTER TABLE `items`
  ADD PRIMARY KEY (`id`),
  ADD UNIQUE KEY `name` (`name`),
  ADD KEY `parent` (`parent`),
  ADD FULLTEXT KEY `ft` (`name`);
ALTER TABLE `items`
  MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=2;
ALTER TABLE `items`
  ADD CONSTRAINT `items_ibfk_1` FOREIGN KEY (`parent`) REFERENCES `items` (`id`) ON DELETE CASCADE;
COMMIT;
