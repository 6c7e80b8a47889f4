/* Tables before the tables they refer to, /* nested */ names of every kind, */
CREATE TABLE Orders (
    OrderID INT PRIMARY KEY,
    CustomerID INT,
    Ordered DATE,
    "Total Amount" DECIMAL(6, 2) DEFAULT 9.99,
    [Note] VARCHAR(20), -- it's; a comment
    Condition VARCHAR(20),
    FOREIGN KEY (CustomerID) REFERENCES Customers (CustomerID)
);
CREATE TABLE Customers (CustomerID INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, Name NVARCHAR(10) NOT NULL);
INSERT INTO Customers (Name) VALUES ('a'), (N'b');
INSERT INTO Customers (Name) VALUES ("c; d");
INSERT INTO Orders (OrderID, CustomerID, Ordered, "Total Amount", [Note], Condition) VALUES
    (1, 1, '2024-01-01 09:30:00', 1.25, 'C:\dir\', 'new'),
    (2, 2, DATE '2024-02-01', +3, NULL, 'o' || 'ld'),
    (3, NULL, CAST('2024-03-01' AS DATE), .5, '', UPPER('x'));
INSERT INTO Orders (OrderID, CustomerID) VALUES (4, 3);
