-- MySQL Workbench Forward Engineering

SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0;
SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES';

-- -----------------------------------------------------
-- Schema my db
-- -----------------------------------------------------
CREATE SCHEMA IF NOT EXISTS `my db` DEFAULT CHARACTER SET utf8 ;
USE `my db` ;

CREATE TABLE IF NOT EXISTS `my db`.`Order Line` (
  `idOrder Line` INT UNSIGNED NOT NULL AUTO_INCREMENT,
  `select` VARCHAR(45) NULL,
  `When` TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
  `Product_id` INT NOT NULL,
  PRIMARY KEY (`idOrder Line`),
  UNIQUE INDEX `select_UNIQUE` (`select` ASC) VISIBLE,
  INDEX `fk_idx` (`Product_id` ASC) VISIBLE,
  CONSTRAINT `fk`
    FOREIGN KEY (`Product_id`)
    REFERENCES `my db`.`Product` (`id`)
    ON DELETE NO ACTION
    ON UPDATE NO ACTION)
ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS `my db`.`Product` (`id` INT NOT NULL, `price` DOUBLE UNSIGNED ZEROFILL NULL, `t` TINYTEXT BINARY, PRIMARY KEY (`id`)) ENGINE = InnoDB;
START TRANSACTION;
USE `my db`;
INSERT INTO `my db`.`Product` (`id`, `price`, `t`) VALUES (1, 1.5, DEFAULT);
INSERT INTO `my db`.`Order Line` (`idOrder Line`, `select`, `When`, `Product_id`) VALUES (DEFAULT, 'x', '2024-01-01 00:00:00.000001', 1);
INSERT INTO `my db`.`Order Line` (`idOrder Line`, `select`, `Product_id`) VALUES (NULL, 'y', 1);
COMMIT;
SET SQL_MODE=@OLD_SQL_MODE;
