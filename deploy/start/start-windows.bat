@echo off
rem Starts the quiz on Windows with a double click.
rem Lay it beside the one-file program of a release, vung-tam-....pyz; docs/releasing.md has the steps.

chcp 65001 >nul
set PYTHONUTF8=1
cd /d "%~dp0"
set PROGRAM=
for %%f in (vung-tam-*.pyz) do set PROGRAM=%%f
if not defined PROGRAM (
    echo Hãy đặt tệp vung-tam-....pyz vào cùng thư mục với tệp này. Put vung-tam-....pyz into the same folder as this file.
    pause
    exit /b 1
)
for /f "tokens=4 delims=-" %%v in ("%PROGRAM%") do set WANTED=%%v
py -%WANTED:python=% "%PROGRAM%" serve --lan --open
if errorlevel 1 (
    echo Hãy cài %WANTED% trước. Install %WANTED% first: https://www.python.org/downloads/
    pause
)
